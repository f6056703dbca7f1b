"""The series of a municipality: API and page, from events over three versions."""

from __future__ import annotations

from typing import Any

from contracts import selfcheck as s
from tests.service.reporting.towns import BASE, Reporting, Topics

RULES = {"unsure": "exclude", "unanswered": "exclude", "overall": "fields", "minimum_coverage": 0.7, "decimals": 0}


def publish(topics: Topics, version: int, questions: dict[str, tuple[str, str | None]]) -> None:
    """`questions`: field and relation to the question of the same id before."""
    topics.tell(
        f"q:{version}",
        s.QuestionnairePublished(
            questionnaire_id="q",
            version=str(version),
            title={"de": "Q"},
            content_hash="0",
            rules=RULES,
            follows=str(version - 1) if version > 1 else None,
            fields=tuple(s.Titled(id=id, title={"de": f"Feld {id}", "en": f"Field {id}"}) for id in ("f", "g")),
            questions=tuple(
                s.QuestionTitle(
                    id=id,
                    title={"de": f"Frage {id}?", "en": f"Question {id}?"},
                    field=field,
                    weight=1,
                    continues={"question": id, "relation": relation} if relation else None,
                )
                for id, (field, relation) in questions.items()
            ),
        ),
        "-",
    )


def close(
    topics: Topics,
    id: str,
    version: int,
    fields: dict[str, float | None],
    questions: dict[str, float],
    repeats: str | None = None,
) -> str:
    topics.tell(
        id,
        s.AssessmentCreated(
            assessment_id=id,
            title={"de": f"Selbstcheck {id}"},
            questionnaire_id="q",
            version=str(version),
            minimum_group=3,
            repeats=repeats,
            perspectives=(
                s.Titled(id="admin", title={"de": "Verwaltung"}),
                s.Titled(id="civil", title={"de": "Zivilgesellschaft"}),
            ),
        ),
    )

    def figures(score: float | None) -> dict[str, Any]:
        one = {"score": score, "coverage": None if score is None else 0.8, "answered": None if score is None else 8}
        return {**one, "perspectives": {"admin": one, "civil": {"score": None, "coverage": None, "answered": None}}}

    result = {
        "overall": figures(50.0),
        "fields": {id: figures(score) for id, score in fields.items()},
        "questions": {id: figures(score) for id, score in questions.items()},
    }
    return topics.tell(id, s.AssessmentClosed(assessment_id=id, result=result))


def tell_three_waves(topics: Topics) -> str:
    """Field f keeps its questions, field g is asked anew in version 2; the time of the last closing."""
    publish(topics, 1, {"f.1": ("f", None), "f.2": ("f", None), "g.1": ("g", None)})
    publish(topics, 2, {"f.1": ("f", "same"), "f.2": ("f", "comparable"), "g.1": ("g", None)})
    close(topics, "a1", 1, {"f": 40.0, "g": 30.0}, {"f.1": 40.0, "f.2": 40.0, "g.1": 30.0})
    close(topics, "a2", 1, {"f": 50.0, "g": 35.0}, {"f.1": 50.0, "f.2": 50.0, "g.1": 35.0})
    return close(topics, "a3", 2, {"f": 61.0, "g": 90.0}, {"f.1": 60.0, "f.2": 62.0, "g.1": 90.0})


async def test_lines_run_across_what_compares_and_break_where_it_does_not(reporting: Reporting) -> None:
    last = tell_three_waves(reporting.topics)
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wilhelmshaven", "decision_maker") as client:
        shown = (await client.get(f"{BASE}/series")).json()
    assert (shown["as_of"], shown["minimum_comparable"]) == (last, 0.7)
    [one] = shown["items"]
    assert [(wave["assessment"], wave["version"]) for wave in one["waves"]] == [("a1", "1"), ("a2", "1"), ("a3", "2")]
    f, g = one["fields"]
    assert [[point["score"] for point in line["points"]] for line in f["lines"]] == [[40, 50, 61]]
    assert [[point["score"] for point in line["points"]] for line in g["lines"]] == [[30, 35], [90]]
    assert g["breaks"] == [{"before": "a3", "reason": "questions", "comparable": 0}]
    assert f["steps"][1] == {"from": "a2", "to": "a3", "same": ["f.1"], "comparable": ["f.2"], "new": [], "removed": []}
    assert f["lines"][0]["points"][0]["perspectives"] == {"admin": 40, "civil": None}
    relations = [(q["id"], [point["relation"] for point in q["points"]]) for q in one["questions"]]
    assert relations == [
        ("f.1", [None, "same", "same"]),
        ("f.2", [None, "same", "comparable"]),
        ("g.1", [None]),
        ("g.1", [None, "same"]),
    ]


async def test_the_page_says_in_words_what_the_picture_shows(reporting: Reporting) -> None:
    tell_three_waves(reporting.topics)
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wilhelmshaven", "decision_maker") as client:
        page = (await client.get("/reporting/wilhelmshaven/series", headers={"accept": "text/html"})).text
        before = (await client.get("/reporting/wilhelmshaven/", headers={"accept": "text/html"})).text
    assert "Über die Jahre" in before
    assert "Punktwert um 21 gestiegen, von 40 auf 61" in page
    assert "Die Fragen haben sich geändert, nur 0 % davon lassen sich vergleichen" in page
    assert "Handlungsfelder mit einer Linie über alle Durchgänge: 1 von 2" in page
    assert page.count('role="img"') == 2
    assert page.count("<table") == 4
    assert page.count('class="unequal"') == 1
    assert "≈ 62" in page


async def test_what_may_be_rounding_is_not_called_a_rise(reporting: Reporting) -> None:
    publish(reporting.topics, 1, {"f.1": ("f", None), "g.1": ("g", None)})
    close(reporting.topics, "a1", 1, {"f": 49.0, "g": 49.0}, {})
    close(reporting.topics, "a2", 1, {"f": 49.4, "g": 49.5}, {})
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wilhelmshaven", "decision_maker") as client:
        page = (await client.get("/reporting/wilhelmshaven/series", headers={"accept": "text/html"})).text
    assert "unverändert, Punktwert 49,4" in page
    assert "Punktwert um 0,5 gestiegen, von 49 auf 49,5" in page


async def test_who_says_what_repeats_what_gets_separate_series(reporting: Reporting) -> None:
    topics = reporting.topics
    publish(topics, 1, {"f.1": ("f", None), "g.1": ("g", None)})
    close(topics, "north1", 1, {"f": 10.0}, {})
    close(topics, "south1", 1, {"f": 90.0}, {})
    close(topics, "north2", 1, {"f": 20.0}, {}, repeats="north1")
    close(topics, "south2", 1, {"f": 80.0}, {}, repeats="south1")
    await reporting.handle(topics.records)
    async with reporting.client("wilhelmshaven") as client:
        shown = (await client.get(f"{BASE}/series")).json()["items"]
    assert [[wave["assessment"] for wave in one["waves"]] for one in shown] == [
        ["south1", "south2"],
        ["north1", "north2"],
    ]


async def test_a_deleted_self_check_is_gone_from_every_figure(reporting: Reporting) -> None:
    tell_three_waves(reporting.topics)
    reporting.topics.tell("a2", s.AssessmentDeleted(assessment_id="a2"))
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wilhelmshaven") as client:
        [one] = (await client.get(f"{BASE}/series")).json()["items"]
        listed = (await client.get(f"{BASE}/overview")).json()["assessments"]
        assert (await client.get(f"{BASE}/assessments/a2")).status_code == 404
    assert [wave["assessment"] for wave in one["waves"]] == ["a1", "a3"]
    assert {entry["id"] for entry in listed} == {"a1", "a3"}
    row = await reporting.service.context.database["assessments"].find_one({"_id": "a2"})
    assert row is not None
    assert set(row) == {"_id", "tenant", "seq", "status", "at"}


async def test_no_other_municipality_and_nobody_else(reporting: Reporting) -> None:
    tell_three_waves(reporting.topics)
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wolfsburg") as stranger, reporting.client(None) as nobody:
        assert (await stranger.get(f"{BASE}/series")).status_code == 404
        assert (await stranger.get("/reporting/v1/wolfsburg/series")).json()["items"] == []
        assert (await nobody.get(f"{BASE}/series")).status_code == 401
