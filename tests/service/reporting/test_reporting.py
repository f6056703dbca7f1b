"""Reporting on the real MongoDB: events in batches, some of them twice, and what the API then says."""

from __future__ import annotations

import asyncio
import io
import zipfile
from datetime import date, timedelta
from typing import Literal

import pytest
from pypdf import PdfReader

from chassis.clock import rfc3339
from contracts import registration as r
from contracts import selfcheck as s
from services.reporting.council.packs import AT_ONCE
from tests.service.reporting.towns import BASE, Reporting, gathering, registered, tell_assessment, tell_participation
from tests.support.waiting import until


async def test_participation_and_needs_stay_the_same_when_events_come_again(reporting: Reporting) -> None:
    last = tell_participation(reporting.topics)
    records = reporting.topics.records
    await reporting.handle(records[:5])
    await reporting.handle(records)
    await reporting.handle(records[3:] + records[3:])
    async with reporting.client("wilhelmshaven", "intake") as client:
        shown = (await client.get(f"{BASE}/overview")).json()
    [participation] = shown["participation"]
    assert participation["people"] == {
        "registered": 6,
        "unconfirmed": 0,
        "confirmed": 5,
        "waiting": 1,
        "offered": 0,
        "arrived": 3,
    }
    assert (participation["capacity"], participation["as_of"], participation["status"]) == (35, last, "published")
    assert shown["needs"]["languages"] == [
        {"language": "uk", "groups": 2, "people": 3},
        {"language": "de", "groups": 1, "people": 3},
    ]
    assert shown["needs"]["support"] == [
        {"support": "interpreter.uk", "label": {"de": "Dolmetschen Ukrainisch"}, "groups": 1}
    ]
    assert shown["as_of"] == shown["needs"]["as_of"] == last


async def test_a_missing_event_is_waited_for_and_the_figures_then_catch_up(reporting: Reporting) -> None:
    tell_participation(reporting.topics)
    records = reporting.topics.records
    await reporting.handle(records[2:4] + records[5:])
    async with reporting.client("wilhelmshaven") as client:
        before = (await client.get(f"{BASE}/overview")).json()["participation"][0]["people"]
        await reporting.handle(records[4:5])
        assert reporting.service.context.processor is not None
        await reporting.service.context.processor.replay("registration.v1:g1")
        after = (await client.get(f"{BASE}/overview")).json()["participation"][0]["people"]
    assert (before["registered"], before["unconfirmed"]) == (2, 2)
    assert (after["registered"], after["confirmed"]) == (6, 5)


async def test_an_empty_municipality_has_no_figures_and_no_moment(reporting: Reporting) -> None:
    async with reporting.client("wolfsburg") as client:
        shown = (await client.get("/reporting/v1/wolfsburg/overview")).json()
    assert shown == {
        "as_of": None,
        "frozen": False,
        "participation": [],
        "needs": {"languages": [], "support": [], "channels": [], "as_of": None},
        "assessments": [],
        "measures": {"counts": {"planned": 0, "started": 0, "done": 0, "dropped": 0, "overdue": 0}, "items": []},
    }


async def test_a_closed_assessment_as_profile_page_picture_and_table(reporting: Reporting) -> None:
    closed = tell_assessment(reporting.topics)
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wilhelmshaven", "moderator") as client:
        shown = (await client.get(f"{BASE}/assessments/a1")).json()
        page = await client.get(f"{BASE}/assessments/a1/report.pdf")
        english = await client.get(f"{BASE}/assessments/a1/data.csv?language=en")
        picture = await client.get(f"{BASE}/assessments/a1/chart.svg")
    assert (shown["status"], shown["as_of"], len(shown["fields"])) == ("closed", closed, 7)
    assert shown["overall"] == {"score": 62.0, "coverage": 0.8, "answered": 4, "consensus_score": 64.0}
    assert (shown["questionnaire"], shown["rules"]) == ({"id": "q", "version": "1"}, "1")
    assert shown["fields"][0]["title"] == {"de": "Feld 1", "en": "Field 1"}
    assert shown["fields"][0]["perspectives"]["civil"]["score"] is None
    document = PdfReader(io.BytesIO(page.content))
    assert (len(document.pages), document.root_object["/Lang"]) == (1, "de")
    assert document.metadata is not None
    assert document.metadata.title == "=Selbstcheck 2026"
    written = document.pages[0].extract_text()
    assert all(
        expected in written
        for expected in (
            *("Wilhelmshaven", "Sonntag, 1. November 2026, 11:04", "Verwaltung", "Feld 7", "62"),
            "Fragebogen „Q“, Fassung 1",
        )
    )
    assert "Field 1,admin,62.0,0.8,4" in english.text
    assert picture.headers["content-type"] == "image/svg+xml"


async def test_an_open_assessment_is_listed_but_has_no_report(reporting: Reporting) -> None:
    tell_assessment(reporting.topics)
    await reporting.handle(reporting.topics.records[:-1])
    async with reporting.client("wilhelmshaven") as client:
        listed = (await client.get(f"{BASE}/overview")).json()["assessments"]
        shown = (await client.get(f"{BASE}/assessments/a1")).json()
        refused = await client.get(f"{BASE}/assessments/a1/report.pdf")
    assert [(one["id"], one["status"]) for one in listed] == [("a1", "open")]
    assert (shown["overall"], shown["fields"]) == (None, [])
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:weltoffene-kommune:problem:assessment-not-closed",
    )


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


@pytest.mark.parametrize(
    "path",
    [
        "overview",
        "assessments/a1",
        "assessments/a1/report.pdf",
        "assessments/a1/chart.svg",
        "assessments/a1/data.csv",
        "assessments/a1/data.xlsx",
        "assessments/a1/committee-paper.pdf",
        "assessments/a1/committee-paper.docx",
        "assessments/a1/paper.json",
        "assessments/a1/slides.pptx",
        "assessments/a1/action-plan.pdf",
        "assessments/a1/datapackage.json",
        "assessments/a1/pack.zip",
    ],
)
async def test_nobody_sees_another_municipality(reporting: Reporting, path: str) -> None:
    tell_assessment(reporting.topics)
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wolfsburg") as stranger, reporting.client(None) as nobody:
        assert (await stranger.get(f"{BASE}/{path}")).status_code == 404
        assert (await nobody.get(f"{BASE}/{path}")).status_code == 401
        if path != "overview":
            assert (await stranger.get(f"/reporting/v1/wolfsburg/{path}")).status_code == 404


async def test_measures_stand_in_the_overview_beside_the_profile_and_in_the_report(reporting: Reporting) -> None:
    tell_assessment(reporting.topics)
    measure = {"assessment_id": "a1", "measure_id": "m1", "field": "f2", "title": "#set page() <b>Wegweiser</b>"}
    reporting.topics.tell("m1", s.MeasureAgreed(**measure, due=date(2027, 3, 31), status="planned"))
    changed = reporting.topics.tell("m1", s.MeasureAgreed(**measure, due=date(2020, 3, 31), status="started"))
    reporting.topics.tell(
        "m2", s.MeasureAgreed(**measure | {"measure_id": "m2", "assessment_id": "gone"}, status="done")
    )
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wilhelmshaven", "decision_maker") as client:
        overview = (await client.get(f"{BASE}/overview")).json()["measures"]
        profile = (await client.get(f"{BASE}/assessments/a1")).json()["measures"]
        printed = PdfReader(io.BytesIO((await client.get(f"{BASE}/assessments/a1/report.pdf")).content)).pages
        plan = PdfReader(io.BytesIO((await client.get(f"{BASE}/assessments/a1/action-plan.pdf")).content)).pages
        page = (await client.get("/reporting/wilhelmshaven/assessments/a1")).text
    assert overview["counts"] == {"planned": 0, "started": 1, "done": 0, "dropped": 0, "overdue": 1}
    assert (
        overview["items"]
        == profile
        == [
            {
                "id": "m1",
                "assessment": "a1",
                "field": {"id": "f2", "title": {"de": "Feld 2", "en": "Field 2"}},
                "title": measure["title"],
                "due": "2020-03-31",
                "overdue": True,
                "status": "started",
                "as_of": changed,
            }
        ]
    )
    assert len(printed) == 1
    assert "#set page() <b>Wegweiser</b> (Feld 2, bis 31. März 2020)" in " ".join(printed[0].extract_text().split())
    said = " ".join(" ".join(page.extract_text() for page in plan).split()).replace("\N{SOFT HYPHEN} ", "")
    assert "#set page() <b>Wegweiser</b> offen offen 31. März 2020 begonnen, überfällig" in said
    assert "&lt;b&gt;Wegweiser&lt;/b&gt;" in page
    assert 'href="/selfcheck/wilhelmshaven/assessments/a1/result"' in page, "from the scores down to what made them"


async def test_who_was_there_and_who_was_not_is_told_at_home_and_abroad_only_of_enough(reporting: Reporting) -> None:
    tell_participation(reporting.topics)
    counted = r.GatheringAttended(gathering_id="g1", groups=1, people=3, missed=("p1",), missed_people=2)
    reporting.topics.tell("g1", counted)
    await reporting.handle(reporting.topics.records)
    attended = {"groups": 1, "people": 3, "missed_groups": 1, "missed_people": 2, "meetings": []}
    async with reporting.client("wilhelmshaven", "coordinator") as client:
        [shown] = (await client.get(f"{BASE}/overview")).json()["participation"]
        assert shown["attended"] == attended
        page = await client.get("/reporting/wilhelmshaven/", headers={"Accept": "text/html"})
        assert "Nicht gekommen" in page.text
    async with reporting.client("-", "programme_office") as client:
        await reporting.freeze()
        items = {one["tenant"]: one for one in (await client.get("/reporting/v1/programme")).json()["items"]}
        assert items["wilhelmshaven"]["attended_people"] is None  # three people are too few
        # Corrected at the door: the last count is the one, from the next night on.
        reporting.topics.tell("g1", counted.model_copy(update={"people": 8, "groups": 3}))
        await reporting.handle(reporting.topics.records)
        items = {one["tenant"]: one for one in (await client.get("/reporting/v1/programme")).json()["items"]}
        assert items["wilhelmshaven"]["attended_people"] is None
        await reporting.freeze()
        items = {one["tenant"]: one for one in (await client.get("/reporting/v1/programme")).json()["items"]}
        assert items["wilhelmshaven"]["attended_people"] == 10
        assert items["wolfsburg"]["attended_people"] is None


async def test_of_a_course_everybody_counts_once_and_each_evening_is_told_at_home_alone(reporting: Reporting) -> None:
    first = gathering().starts_at
    evenings = tuple(
        r.Meeting(id=id, starts_at=first + timedelta(weeks=week), ends_at=first + timedelta(weeks=week, hours=2))
        for week, id in enumerate(("z", "a"))
    )
    reporting.topics.tell("g1", r.GatheringPublished(gathering=gathering().model_copy(update={"meetings": evenings})))
    came = (r.MeetingAttended(id="a", groups=2, people=5), r.MeetingAttended(id="z", groups=3, people=7))
    reporting.topics.tell("g1", r.GatheringAttended(gathering_id="g1", groups=3, people=8, meetings=came))
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wilhelmshaven", "coordinator") as client:
        [shown] = (await client.get(f"{BASE}/overview")).json()["participation"]
        page = (await client.get("/reporting/wilhelmshaven/", headers={"Accept": "text/html"})).text
    assert shown["attended"]["people"] == 8
    assert [(one["meeting"], one["groups"], one["people"]) for one in shown["attended"]["meetings"]] == [
        ("z", 3, 7),
        ("a", 2, 5),
    ]
    assert shown["attended"]["meetings"][1]["starts_at"] == rfc3339(evenings[1].starts_at)
    assert "Wer zu welchem Termin eines Kurses kam" in page
    await reporting.freeze()
    async with reporting.client("wilhelmshaven", "decision_maker") as client:
        [shown] = (await client.get(f"{BASE}/overview")).json()["participation"]
        page = (await client.get("/reporting/wilhelmshaven/", headers={"Accept": "text/html"})).text
    assert (shown["attended"]["people"], shown["attended"]["meetings"]) == (8, [])
    assert "Wer zu welchem Termin" not in page


async def test_who_may_not_see_registrations_sees_the_last_night_with_small_groups_folded(reporting: Reporting) -> None:
    """Five speak Ukrainian, one French, one Arabic, six German: nothing of fewer than five groups is told."""
    topics = reporting.topics
    topics.tell("g1", r.GatheringPublished(gathering=gathering()))
    spoken = ["uk"] * 5 + ["fr"] + ["ar"] + ["de"] * 6
    for n, language in enumerate(spoken):
        topics.tell("g1", registered(f"p{n}", "confirmed", 2, language, ("interpreter.uk",) if n < 2 else ()))
    await reporting.handle(topics.records)
    async with reporting.client("wilhelmshaven", "decision_maker") as council:
        before = (await council.get(f"{BASE}/overview")).json()
        await reporting.freeze()
        shown = (await council.get(f"{BASE}/overview")).json()
        topics.tell("g1", registered("late", "confirmed", 1, "fr"))
        await reporting.handle(topics.records)
        after = (await council.get(f"{BASE}/overview")).json()
        page = (await council.get("/reporting/wilhelmshaven/?lang=de")).text
    assert before["needs"]["languages"] == [], "nothing before the first night"
    assert shown["frozen"] is True
    assert shown["needs"]["languages"] == [
        {"language": "de", "groups": 6, "people": 12},
        {"language": "others", "groups": 7, "people": 14},
    ]
    assert shown["needs"]["support"] == [], "two groups asked for it"
    [meeting] = shown["participation"]
    assert meeting["people"]["registered"] == 26
    assert meeting["people"]["waiting"] is None
    assert after == shown, "what changed today is told tomorrow"
    assert "Übrige zusammen" in page
    async with reporting.client("wilhelmshaven", "coordinator") as coordinator:
        live = (await coordinator.get(f"{BASE}/overview")).json()
    assert {"language": "fr", "groups": 2, "people": 3} in live["needs"]["languages"]


async def test_every_file_of_the_council_pack_is_served_and_listed_on_the_page(reporting: Reporting) -> None:
    tell_assessment(reporting.topics)
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wilhelmshaven", "decision_maker") as client:
        page = (await client.get("/reporting/wilhelmshaven/assessments/a1?lang=de")).text
        archive = zipfile.ZipFile(io.BytesIO((await client.get(f"{BASE}/assessments/a1/pack.zip")).content))
        paper = (await client.get(f"{BASE}/assessments/a1/paper.json?language=en")).json()
        alone = await client.get(f"{BASE}/assessments/a1/data.csv")
        wrong = await client.get(f"{BASE}/assessments/a1/pack.zip?language=xx")
    assert archive.read("data.csv") == alone.content
    assert 'filename="data.csv"' in alone.headers["content-disposition"]
    for name in ("report.pdf", "slides.pptx", "committee-paper.docx", "action-plan.pdf"):
        assert f'href="/reporting/v1/wilhelmshaven/assessments/a1/{name}"' in page
    assert 'href="/reporting/wilhelmshaven/assessments/a1/packs"' in page
    assert paper["paperType"] == "Committee paper"
    assert paper["mainFile"]["accessUrl"].endswith("/reporting/v1/wilhelmshaven/assessments/a1/committee-paper.pdf")
    assert wrong.status_code == 422


class Turns(asyncio.Semaphore):
    """Turns that count who asked for one."""

    asked = 0

    async def acquire(self) -> Literal[True]:
        self.asked += 1
        return await super().acquire()


async def test_a_report_that_waits_in_line_while_its_self_check_is_deleted_is_not_made(reporting: Reporting) -> None:
    tell_assessment(reporting.topics)
    await reporting.handle(reporting.topics.records)
    turns = reporting.service.definition.state["services"].council.turns = Turns(AT_ONCE)
    start = len(reporting.topics.records)

    async def waits() -> bool:
        return turns.asked == AT_ONCE + 1

    async with reporting.client("wilhelmshaven") as client:
        async with turns, turns:
            asked = asyncio.create_task(client.get(f"{BASE}/assessments/a1/pack.zip"))
            unknown = await client.get(f"{BASE}/assessments/a9/pack.zip")
            await until(waits, "the request standing in line")
            reporting.topics.tell("a1", s.AssessmentDeleted(assessment_id="a1"))
            await reporting.handle(reporting.topics.records[start:])
        late = await asked
    assert (unknown.status_code, late.status_code) == (404, 404)


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
