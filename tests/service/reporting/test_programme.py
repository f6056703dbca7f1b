"""What the programme office is told of all municipalities."""

from __future__ import annotations

import io
import zipfile

from contracts import registration as r
from tests.service.reporting.towns import Reporting, gathering, registered, tell_assessment, tell_participation


async def test_the_programme_is_told_counts_and_nothing_about_few_people(reporting: Reporting) -> None:
    tell_participation(reporting.topics)
    reporting.topics.tell("g1", registered("p5", "confirmed", 6))
    tell_assessment(reporting.topics)
    reporting.topics.tell("g2", r.GatheringPublished(gathering=gathering("g2")), "wolfsburg")
    reporting.topics.tell("g2", registered("p9", "confirmed", 7).model_copy(update={"gathering_id": "g2"}), "wolfsburg")
    await reporting.handle(reporting.topics.records)
    await reporting.freeze()
    async with reporting.client("-", "programme_office") as office, reporting.client("wilhelmshaven") as coordinator:
        shown = (await office.get("/reporting/v1/programme")).json()
        refused = await coordinator.get("/reporting/v1/programme")
    figures = {
        one["tenant"]: (one["gatherings"], one["registered_people"], one["assessments_closed"])
        for one in shown["items"]
    }
    assert figures == {"wilhelmshaven": (1, 10, 1), "wolfsburg": (1, None, 0)}, "12 people are told as 10, 7 not at all"
    assert shown["totals"]["registered_people"] == 10, "the sum of rounded numbers"
    assert shown["languages"] == [{"key": "de", "people": 10}], "9 of them are German speakers, 3 speak Ukrainian"
    assert shown["kinds"] == [{"key": "dialogue", "people": 10}]
    assert shown["as_of"] == max(one["as_of"] for one in shown["items"])
    assert refused.status_code == 403


async def test_the_programme_by_year_and_as_files(reporting: Reporting) -> None:
    reporting.topics.tell("g1", r.GatheringPublished(gathering=gathering()))
    for number in range(6):
        reporting.topics.tell("g1", registered(f"p{number}", "confirmed", 2, "uk"))
    await reporting.handle(reporting.topics.records)
    await reporting.freeze()
    async with reporting.client("-", "programme_office") as office:
        whole = (await office.get("/reporting/v1/programme")).json()
        assert (whole["years"], whole["kinds"]) == ([2026], [{"key": "dialogue", "people": 10}])
        assert whole["returning"] == [{"year": 2026, "municipalities": 1, "again": 0}]
        assert (await office.get("/reporting/v1/programme?year=2025")).json()["kinds"] == []
        one = (await office.get("/reporting/v1/programme?municipality=wolfsburg")).json()
        assert ([item["tenant"] for item in one["items"]], one["kinds"]) == (["wolfsburg"], [])
        assert (await office.get("/reporting/v1/programme?year=bald")).status_code == 422
        table = (await office.get("/reporting/v1/programme.csv?language=de")).content.decode("utf-8-sig")
        assert "Arten;dialogue;10;" in table
        book = await office.get("/reporting/v1/programme.xlsx?year=2026")
        with zipfile.ZipFile(io.BytesIO(book.content)) as files:
            drawings = [files.read(name).decode() for name in files.namelist() if "drawings/drawing" in name]
        assert any("Balken: Arten" in drawing for drawing in drawings), "charts say what they show"
        page = (await office.get("/reporting/programme?year=2026&lang=de")).text
        assert 'role="img"' in page
        assert "Die meisten Personen: Dialog" in page
        assert (await office.get("/reporting/programme?year=bald&municipality=%00")).status_code in (200, 422)
    async with reporting.client("wilhelmshaven") as town:
        assert (await town.get("/reporting/v1/programme.csv")).status_code == 403


async def test_on_its_first_day_the_programme_says_when_numbers_of_people_appear(reporting: Reporting) -> None:
    none_yet, next_morning = "Es gibt noch keine Veranstaltungen", "ab dem nächsten Morgen"
    async with reporting.client("-", "programme_office") as office:

        async def page() -> str:
            return (await office.get("/reporting/programme?lang=de")).text

        assert none_yet in await page()
        reporting.topics.tell("g1", r.GatheringPublished(gathering=gathering()))
        await reporting.handle(reporting.topics.records)
        assert next_morning in await page()
        await reporting.freeze()
        counted = await page()
        assert none_yet not in counted
        assert next_morning not in counted
