"""The official list: imported, published once, searched by whoever applies."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import orjson
import pytest

from services.registration.gazetteer.gazetteer import FEW, DayToCome, Gazetteer, Imported, OlderList, PartOfList
from services.registration.gazetteer.official_list import Entry
from tests.service.registration.conftest import People
from tests.support.page_forms import form_of

CITY = Entry(
    "03405000",
    "Wilhelmshaven, Stadt",
    "district-free city",
    "Niedersachsen",
    "Wilhelmshaven, Stadt",
    76_089,
    107.07,
    "26382",
    53.53,
    8.11,
    1,
)
SMALL = Entry("01051001", "Albersdorf", "municipality", "Schleswig-Holstein", "Dithmarschen", 3_500, *[None] * 5)
LARGE = replace(SMALL, ags="01051002", name="Albertshof", inhabitants=9_000)
BEFORE, AFTER = date(2019, 12, 31), date(2024, 12, 31)


def _gazetteer(people: People) -> Gazetteer:
    found: Gazetteer = people.service.definition.state["registration"].gazetteer
    return found


async def _told(people: People) -> list[dict[str, object]]:
    rows = await people.service.context.database["gazetteer"].find({}).sort("_id", 1).to_list(None)
    return [orjson.loads(entry["d"]) for row in rows for entry in row["outbox"]]


async def test_a_list_is_stored_and_published_once(people: People) -> None:
    gazetteer = _gazetteer(people)
    assert await gazetteer.import_entries([CITY, SMALL], BEFORE) == Imported(2, 0, 0, 0)
    assert await gazetteer.import_entries([CITY, SMALL], BEFORE) == Imported(0, 0, 0, 2)
    told = await _told(people)
    assert [(one["ags"], one["inhabitants"], one["as_of"]) for one in told] == [
        ("01051001", 3_500, "2019-12-31"),
        ("03405000", 76_089, "2019-12-31"),
    ]


async def test_a_list_of_another_year_changes_adds_and_ends(people: People) -> None:
    gazetteer = _gazetteer(people)
    await gazetteer.import_entries([CITY, SMALL], BEFORE)
    assert await gazetteer.import_entries([replace(CITY, inhabitants=75_000), LARGE], AFTER) == Imported(
        1, 1, 1, 0, ("Albersdorf (01051001)",)
    )
    last = {one["ags"]: one for one in await _told(people)}
    assert (last["03405000"]["inhabitants"], last["01051001"]["ended"]) == (75_000, True)
    assert [one.id for one in await gazetteer.search("albers", 5)] == []
    with pytest.raises(OlderList):
        await gazetteer.import_entries([CITY], BEFORE)
    back = await gazetteer.import_entries([CITY, LARGE, SMALL], AFTER)
    assert (back.added, back.changed) == (0, 2)
    assert [one.id for one in await gazetteer.search("albers", 5)] == [SMALL.ags]


async def test_whoever_applies_finds_their_municipality_the_largest_first(people: People) -> None:
    await _gazetteer(people).import_entries([CITY, SMALL, LARGE], BEFORE)
    found = (await people.public.get("/registration/v1/gazetteer", params={"q": "alber"})).json()["items"]
    assert [one["name"] for one in found] == ["Albertshof", "Albersdorf"]
    assert found[0]["inhabitants"] == 9_000
    assert (await people.public.get("/registration/v1/gazetteer", params={"q": ""})).json()["items"] == []
    assert (await people.public.get("/registration/v1/gazetteer", params={"q": "x" * 101})).status_code == 422


async def test_the_form_of_an_application_is_filled_from_the_list_without_scripts(people: People) -> None:
    await _gazetteer(people).import_entries([CITY, SMALL], BEFORE)
    found = (await people.public.get("/registration/apply?q=wilhelms")).text
    assert 'href="/registration/apply?q=wilhelms&amp;ags=03405000"' in found
    filled = (await people.public.get("/registration/apply?q=wilhelms&ags=03405000")).text
    none = (await people.public.get("/registration/apply?q=nirgendwo")).text
    for value in ("Wilhelmshaven", "wilhelmshaven", "76089"):
        assert f'value="{value}"' in filled
    assert "Die amtliche Liste hat diesen Namen nicht" in none


async def test_the_key_of_who_was_picked_from_the_list_is_kept_and_told(people: People) -> None:
    await _gazetteer(people).import_entries([CITY, SMALL], BEFORE)
    for number, (slug, state) in enumerate((("albersdorf", "Schleswig-Holstein"), ("elsewhere", "Bayern")), 1):
        page = (await people.public.get("/registration/apply?q=albersdorf&ags=01051001")).text
        people.move(number * timedelta(minutes=1))
        entered = form_of(page) | {"slug": slug, "state": state, "name": "Ada", "email": "ada@albersdorf.example"}
        sent = await people.public.post("/registration/apply", data=entered)
        assert sent.status_code == 303, sent.text
    rows = people.service.context.database["municipalities"]
    picked, other = [await rows.find_one({"_id": slug}) for slug in ("albersdorf", "elsewhere")]
    assert picked is not None
    assert other is not None
    told = next(orjson.loads(entry["d"]) for entry in picked["outbox"] if entry["y"].endswith("applied.v1"))
    assert (picked["facts"]["ags"], told["ags"]) == ("01051001", "01051001")
    assert other["facts"].get("ags") is None, "another state was chosen, so it is another place"


async def test_a_key_that_the_list_does_not_have_is_refused_and_the_office_changes_it(people: People) -> None:
    await _gazetteer(people).import_entries([CITY, SMALL], BEFORE)
    body = {
        "slug": "albersdorf",
        "name": "Albersdorf",
        "kind": "municipality",
        "state": "SH",
        "inhabitants": 3_500,
        "contact": {"name": "Ada", "email": "ada@albersdorf.example"},
        "languages": ["de"],
    }
    for ags, status in (("03405000", 422), ("99999999", 422), ("0105", 422), ("01051001", 201)):
        made = await people.public.post("/registration/v1/municipalities", json=body | {"ags": ags})
        assert made.status_code == status, made.text
        assert status == 201 or made.json()["errors"][0]["pointer"] == "/ags"
    own, change = "/registration/v1/wilhelmshaven/profile", {"ags": CITY.ags}
    refused = await people.coordinator.patch(own, json=change)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/ags")
    changed = await people.office.patch(own, json=change)
    assert (changed.status_code, changed.json()["ags"]) == (200, CITY.ags), changed.text
    elsewhere = await people.office.patch(own, json={"ags": SMALL.ags})
    assert (elsewhere.status_code, elsewhere.json()["errors"][0]["pointer"]) == (422, "/ags"), "of another state"


async def test_a_file_that_is_only_a_part_of_the_list_ends_nobody(people: People) -> None:
    gazetteer = _gazetteer(people)
    towns = [replace(SMALL, ags=f"01051{number:03}", name=f"Ort {number}") for number in range(100, 105 + 2 * FEW)]
    await gazetteer.import_entries(towns, BEFORE)
    with pytest.raises(PartOfList) as refused:
        await gazetteer.import_entries(towns[: FEW + 4], AFTER)
    assert (refused.value.missing, refused.value.known) == (FEW + 1, len(towns))
    merged = await gazetteer.import_entries(towns[FEW:], AFTER)
    assert (merged.ended, len(merged.gone), merged.gone[0]) == (FEW, FEW, "Ort 100 (01051100)")


async def test_a_file_that_was_cut_off_in_a_state_ends_none_of_it(people: People) -> None:
    gazetteer = _gazetteer(people)
    north = [replace(SMALL, ags=f"01051{number:03}", name=f"Ort {number}") for number in range(100, 102 + FEW)]
    south = [replace(CITY, ags=f"03405{number:03}", name=f"Dorf {number}") for number in range(10 * len(north))]
    await gazetteer.import_entries([*north, *south], BEFORE)
    with pytest.raises(PartOfList) as refused:
        await gazetteer.import_entries(north[:1], AFTER)
    assert (refused.value.missing, refused.value.known) == (FEW + 1, len(north))


async def test_no_list_is_of_a_day_to_come(people: People) -> None:
    with pytest.raises(DayToCome):
        await _gazetteer(people).import_entries([CITY], date(2099, 12, 31))
    assert await _gazetteer(people).search("wilhelms", 5) == []


async def test_a_list_without_a_state_leaves_its_municipalities_alone(people: People) -> None:
    gazetteer = _gazetteer(people)
    await gazetteer.import_entries([CITY, SMALL], BEFORE)
    done = await gazetteer.import_entries([LARGE], AFTER)
    assert (done.gone, done.untouched) == (("Albersdorf (01051001)",), ("Niedersachsen",))
    assert [one.id for one in await gazetteer.search("wilhelms", 5)] == [CITY.ags]


async def test_the_office_changes_the_key_on_its_page(people: People) -> None:
    await _gazetteer(people).import_entries([CITY, SMALL], BEFORE)
    page = "/registration/office/wilhelmshaven"
    shown = (await people.office.get(page)).text
    people.office.headers["Sec-Fetch-Site"] = "same-origin"
    for wrong in ("0340500", SMALL.ags, "99999999"):
        entered = {"form_token": token_of(shown, "key"), "ags": wrong}
        refused = await people.office.post(f"{page}/key", data=entered)
        assert (refused.status_code, wrong in refused.text) == (422, True)
    changed = await people.office.post(f"{page}/key", data={"form_token": token_of(shown, "key"), "ags": CITY.ags})
    assert changed.status_code == 303, changed.text
    assert CITY.ags in (await people.office.get(page)).text
    assert (await people.public.get("/registration/v1/wilhelmshaven/profile")).json()["ags"] == CITY.ags


def token_of(page: str, form: str) -> str:
    """The token of the form that is sent to an address ending like this."""
    part = page[page.index(f'/{form}"') :]
    found = re.search(r'name="form_token" value="([^"]+)"', part)
    assert found
    return found[1]
