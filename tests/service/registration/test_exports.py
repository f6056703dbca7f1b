"""The list for spreadsheets: whole, readable, and never a formula."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from tests.service.registration.conftest import People

BASE = "/registration/v1/wilhelmshaven"
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(1)", '=HYPERLINK("https://evil.example")', "https://evil.example"]


async def test_a_csv_file_is_read_by_excel_and_has_no_formula(people: People) -> None:
    gathering = await people.gathering(capacity=100)
    for name in DANGEROUS:
        answer = await people.register(gathering, name=name, party=[name, 'Müller; "A"'], support=["interpreter.uk"])
        assert answer.status_code == 201, answer.text
    found = await people.intake.get(
        f"{BASE}/gatherings/{gathering}/registrations.csv", params={"delimiter": "semicolon"}
    )
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    assert found.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(DANGEROUS)
    for row in rows:
        assert row["people"] == "3"
        assert row["phone"].endswith("+49 4421 1234"), "a number stays readable"
        assert row["language"] == "Українська"
        assert row["support"] == "Dolmetschen Ukrainisch"
        assert row["companions"].endswith(', Müller; "A"')
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@")), cell
    by_comma = await people.intake.get(f"{BASE}/gatherings/{gathering}/registrations.csv")
    assert by_comma.content.decode("utf-8-sig").startswith("id,name,people,")


async def test_a_workbook_holds_texts_as_they_are(people: People) -> None:
    gathering = await people.gathering(capacity=100)
    for name in DANGEROUS:
        await people.register(gathering, name=name, party=["", name])
    url = f"{BASE}/gatherings/{gathering}/registrations.xlsx"
    found = await people.intake.get(url, headers={"Accept-Language": "de"})
    assert found.status_code == 200
    sheet = load_workbook(io.BytesIO(found.content)).active
    heading, *rows = list(sheet.iter_rows())
    assert [cell.value for cell in heading][:4] == ["Nummer", "Name", "Personen", "Begleitung"]
    assert {row[1].value for row in rows} == set(DANGEROUS)
    assert {row[7].value for row in rows} == {"+49 4421 1234"}
    for row in rows:
        assert row[2].value == 3
        assert all(cell.data_type in ("s", "n") and cell.hyperlink is None for cell in row), "no formula, no link"


async def test_a_cell_that_excel_would_refuse_is_cut_and_not_left_empty(people: People) -> None:
    wish = {"id": "wish", "label": {"de": "Wünsche?"}, "kind": "long_text", "per": "person"}
    gathering = await people.gathering(capacity=40, party_max=20, questions=[wish])
    made = await people.register(gathering, party=[""] * 19, answers={"wish": ["x" * 2000] * 20})
    assert made.status_code == 201, made.text
    file = await people.coordinator.get(f"{BASE}/gatherings/{gathering}/registrations.xlsx")
    sheet = load_workbook(io.BytesIO(file.content)).active
    told = sheet.cell(2, sheet.max_column).value
    assert told.startswith("Olena: xxx")
    assert told.endswith("xx …")
    assert len(told) == 32_767


async def test_files_are_filtered_like_the_list_and_whole_for_large_gatherings(people: People) -> None:
    gathering = await people.gathering(capacity=2, party_max=1)
    for number in range(5):
        await people.register(gathering, name=f"Guest {number}", language="ar" if number else "uk")
    asked = {"status": "waiting", "language": "ar"}
    found = await people.intake.get(f"{BASE}/gatherings/{gathering}/registrations.csv", params=asked)
    rows = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert [(row["name"], row["position"]) for row in rows] == [("Guest 2", "1"), ("Guest 3", "2"), ("Guest 4", "3")]
    copies = [
        {**one, "_id": f"{number:032x}", "outbox": [], "pending": False}
        for one in await people.service.context.database["registrations"]
        .find({"gathering": gathering})
        .limit(1)
        .to_list(None)
        for number in range(1_200)
    ]
    await people.service.context.database["registrations"].insert_many(copies)
    whole = await people.intake.get(f"{BASE}/gatherings/{gathering}/registrations.csv")
    assert len(whole.content.decode("utf-8-sig").splitlines()) == 1 + 5 + 1_200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_files_are_for_the_desk_alone(people: People, kind: str) -> None:
    gathering = await people.gathering()
    path = f"{BASE}/gatherings/{gathering}/registrations.{kind}"
    assert (await people.public.get(path)).status_code == 401
    assert (await people.stranger.get(path)).status_code == 404
    assert (await people.intake.get(f"{BASE}/gatherings/unknown/registrations.{kind}")).status_code == 404
