"""The overview of a municipality, the profile of a self-check and its documents."""

from __future__ import annotations

import asyncio
import io
import zipfile
from datetime import date
from typing import Literal

import pytest
from pypdf import PdfReader

from contracts import selfcheck as s
from services.reporting.council.packs import AT_ONCE
from tests.service.reporting.towns import BASE, Reporting, tell_assessment
from tests.support.waiting import until


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
