"""The result: opened down to counts, and the same numbers wherever they are shown."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.service.security.conftest import Everything, build_everything
from tests.service.selfcheck.town import TENANT, Town, questionnaire

PEOPLE = {
    "administration": [
        {"a1": 1, "a2": 3, "b1": 4, "b2": 0},
        {"a1": 2, "a2": 3, "b1": 4, "b2": 1},
        {"a1": 1, "a2": 4, "b1": 3, "b2": "unsure"},
    ],
    "civil_society": [
        {"a1": 0, "a2": 2, "b1": 1, "b2": 0},
        {"a1": 1, "a2": 2, "b1": 2},
        {"a1": 0, "a2": 1, "b1": 1, "b2": 0},
    ],
}


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


class TestPages:
    async def test_before_the_reveal_there_is_nothing(self, town: Town) -> None:
        id = await town.answered(PEOPLE)
        for path in ("", "/fields/a", "/questions/a1"):
            assert (await town.client("moderator").get(f"{town.page(id)}/result{path}")).status_code == 409

    async def test_pages_lead_from_the_whole_result_down_to_counts(self, town: Town) -> None:
        id = await town.revealed(PEOPLE)
        reader = town.client("decision_maker", "en")
        whole = await reader.get(f"{town.page(id)}/result")
        assert "As things stand" in whole.text
        assert f"{town.page(id)}/result/fields/a" in whole.text
        result = (await reader.get(f"{town.api(id)}/result")).json()
        assert f"{result['overall']['score']} of 100" in whole.text
        assert "α:" not in words(whole.text), "two questions are too few for a coefficient"
        assert re.search("“ ?Administration ?” is counted here only in part", words(whole.text)), "b2 has two levels"
        field = await reader.get(f"{town.page(id)}/result/fields/a")
        assert "What would change it" in field.text
        trace = (await reader.get(f"{town.api(id)}/result/trace?field=a")).json()
        assert trace["sensitivity"]["levers"][0]["question"] == "a1"
        question = await reader.get(f"{town.page(id)}/result/questions/b2")
        assert "Administration too few people to show" in words(question.text), (
            "only two administrators gave b2 a level"
        )
        assert re.search("“ ?Administration ?” is not counted here: too few answers", words(question.text))
        assert (await reader.get(f"{town.page(id)}/result/fields/none")).status_code == 404
        assert (await reader.get(f"{town.page(id)}/result/questions/none")).status_code == 404

    async def test_no_coefficient_without_the_number_of_people_and_its_interval(self, town: Town) -> None:
        await town.publish(questionnaire(per_field=6, id="wide"))
        people = [{f"a{n}": (n + person) % 4 for n in range(1, 7)} for person in range(6)]
        id = await town.revealed({"administration": people}, asked="wide")
        page = words((await town.client("decision_maker", "en").get(f"{town.page(id)}/result")).text)
        assert re.search(r"α: -?[\d.]+; 95 % interval: -?[\d.]+ to -?[\d.]+; 6 people", page)

    async def test_where_another_score_would_be_shown(self, town: Town) -> None:
        """68.75 is shown as 69: not 70 lies 0.75 away, but 69.5, where 70 begins."""
        people = [{"a1": 3, "a2": 3, "b1": 3, "b2": 2}] * 4
        id = await town.revealed({"administration": people})
        page = words((await town.client("decision_maker", "en").get(f"{town.page(id)}/result")).text)
        assert "The exact score is 68.75. Another one would be shown from 69.5 on, or below 68.5." in page


@pytest.fixture
async def everything(settings):
    built = await build_everything(settings)
    yield built
    await built.close()


async def test_the_same_numbers_in_api_page_pdf_and_export(everything: Everything) -> None:
    office, coordinator = everything.client(role="programme_office"), everything.client(TENANT, "coordinator")
    moderator, reader = everything.client(TENANT, "moderator"), everything.client(TENANT, "decision_maker")
    await office.post(everything.url("/selfcheck/v1/questionnaires"), json=questionnaire())
    body = {
        "questionnaire": {"id": "small", "version": "1"},
        "title": {"de": "Probe"},
        "minimum_group": 3,
        "perspectives": [{"id": one, "title": {"de": one}} for one in PEOPLE],
    }
    assessments = everything.url(f"/selfcheck/v1/{TENANT}/assessments")
    id = (await coordinator.post(assessments, json=body)).json()["id"]
    for perspective, sheets in PEOPLE.items():
        for answers in sheets:
            invited = await coordinator.post(f"{assessments}/{id}/invitations", json={"perspective": perspective})
            code = invited.json()["answer_url"].rpartition("/")[2]
            saved = await reader.put(everything.url(f"/selfcheck/v1/answers/{code}"), json={"answers": answers})
            assert saved.status_code == 200
    for step, sent in (
        ("reveal", None),
        ("consensus", {"question": "a1", "level": 3, "reason": "So."}),
        ("closing", None),
    ):
        assert (await moderator.post(f"{assessments}/{id}/{step}", json=sent)).status_code == 200
    await everything.spread("questionnaires", "selfcheck")
    await everything.spread("assessments", "selfcheck")

    result = (await reader.get(f"{assessments}/{id}/result")).json()
    reported = (await reader.get(everything.url(f"/reporting/v1/{TENANT}/assessments/{id}"))).json()
    files = everything.url(f"/reporting/v1/{TENANT}/assessments/{id}")
    rows = list(
        csv.DictReader(io.StringIO((await reader.get(f"{files}/data.csv?language=en")).text.removeprefix("\ufeff")))
    )
    sheet = load_workbook(io.BytesIO((await reader.get(f"{files}/data.xlsx?language=de")).content))["Zahlen"]
    in_workbook = {
        (field, view): (score, consensus, coverage, answered)
        for field, view, score, consensus, coverage, answered, _ in sheet.iter_rows(2, values_only=True)
    }
    whole = result["overall"]
    assert in_workbook["Gesamt", "Alle Sichtweisen"] == (
        whole["score"],
        whole["consensus_score"],
        whole["coverage"],
        whole["answered"],
    )
    printed = " ".join(
        PdfReader(io.BytesIO((await reader.get(f"{files}/report.pdf")).content)).pages[0].extract_text().split()
    )
    page = words((await reader.get(everything.url(f"/selfcheck/{TENANT}/assessments/{id}/result"))).text)
    assert reported["overall"]["score"] == result["overall"]["score"]
    assert f"{result['overall']['score']} von 100" in page
    assert f"insgesamt {result['overall']['score']} von 100 Punkten" in printed
    for field, title in (("a", "Feld a"), ("b", "Feld b")):
        node = result["fields"][field]
        line = next(one for one in reported["fields"] if one["id"] == field)
        exported = {row["perspective"]: row for row in rows if row["field"] == field}
        total = exported[""]
        assert (line["score"], line["consensus_score"], line["coverage"]) == (
            node["score"],
            node["consensus_score"],
            node["coverage"],
        )
        assert (total["score"], total["consensus_score"]) == (str(node["score"]), str(node["consensus_score"] or ""))
        figures = (node["score"], node["consensus_score"], node["coverage"], node["answered"])
        assert in_workbook[title, "Alle Sichtweisen"] == figures
        shown = [node["perspectives"][one]["score"] for one in PEOPLE]
        for one, score in zip(PEOPLE, shown, strict=True):
            assert line["perspectives"][one]["score"] == score
            assert exported[one]["score"] == ("" if score is None else str(score))
            assert in_workbook[title, one][0] == score
        cells = ["–" if score is None else str(score) for score in (*shown, node["score"], node["consensus_score"])]
        gap = "–" if None in shown else str(max(shown) - min(shown))
        assert f"{title} {' '.join([*cells[:3], gap, *cells[3:]])}" in printed
        assert f"{title} {' '.join([*cells[:2], gap, *cells[2:]])}" in page
