"""Joint self-checks: the district and the members whose figures are in read them, nobody else, and not before the closing."""

from __future__ import annotations

import csv
import io
from typing import Any

from contracts import selfcheck as s
from tests.service.reporting.towns import Reporting

OPENED = s.JointOpened(
    joint_id="j1",
    district="kreis",
    title={"de": "Gemeinsam <b>"},
    questionnaire_id="q",
    version="1",
    perspectives=(s.Titled(id="administration", title={"de": "Verwaltung"}),),
    members=("wilhelmshaven", "wolfsburg"),
)
QUESTIONS = s.QuestionnairePublished(
    questionnaire_id="q",
    version="1",
    title={"de": "Q"},
    content_hash="0",
    fields=(s.Titled(id="f.1", title={"de": "Feld"}),),
    questions=(),
)


def node(score: float | None, answered: int | None = 5) -> dict[str, Any]:
    block = {
        "score": score,
        "coverage": None if score is None else 1.0,
        "answered": None if score is None else answered,
    }
    return {**block, "perspectives": {"administration": block}}


def closed(**scores: float | None) -> s.JointClosed:
    members = tuple(
        s.JointMember(member=name, overall=node(None), fields={"f.1": node(one)}) for name, one in scores.items()
    )
    return s.JointClosed(
        joint_id="j1", members=members, together={"overall": node(None), "fields": {"f.1": node(50, 10)}}
    )


async def tell(reporting: Reporting, *events: Any) -> None:
    told = len(reporting.topics.records)
    for event in events:
        reporting.topics.tell("j1" if event is not QUESTIONS else "q:1", event, "kreis")
    await reporting.handle(reporting.topics.records[told:])


async def test_the_joint_result_side_by_side(reporting: Reporting) -> None:
    await tell(reporting, QUESTIONS, OPENED)
    for tenant in ("wilhelmshaven", "wolfsburg"):
        base = f"/reporting/v1/{tenant}/joint-assessments"
        assert (await reporting.client(tenant).get(base)).json()["items"] == []
        assert (await reporting.client(tenant).get(f"{base}/j1")).status_code == 404, "not before it is closed"
    await tell(reporting, closed(wilhelmshaven=60, other=40))
    base = "/reporting/v1/wilhelmshaven/joint-assessments"
    client = reporting.client("wilhelmshaven", "decision_maker")
    assert [one["id"] for one in (await client.get(base)).json()["items"]] == ["j1"]
    shown = (await client.get(f"{base}/j1")).json()
    assert shown["members"] == ["wilhelmshaven", "other"]
    assert [(row["field"], row["perspective"]) for row in shown["rows"]] == [
        ("f.1", None),
        (None, None),
        ("f.1", "administration"),
        (None, "administration"),
    ]
    assert [one["score"] for one in shown["rows"][0]["members"]] == [60, 40]
    none_agreed = {"consensus_score": None, "consensus_members": None}
    assert shown["rows"][0]["together"] == {"score": 50, "coverage": 1.0, "answered": 10, **none_agreed}
    hidden = dict.fromkeys(("score", "coverage", "answered", "consensus_score", "consensus_questions"))
    assert shown["rows"][1]["members"][0] == hidden
    lines = list(
        csv.reader(io.StringIO((await client.get(f"{base}/j1/data.csv?language=en")).content.decode("utf-8-sig")))
    )
    assert lines[1][:7] == ["wilhelmshaven", "f.1", "Feld", "", "60", "1.0", "5"]
    assert lines[3][:7] == ["", "f.1", "Feld", "", "50", "1.0", "10"]
    page = (await client.get("/reporting/wilhelmshaven/joint-assessments/j1")).text
    assert "Gemeinsam &lt;b&gt;" in page
    assert page.count(">60<") == 2
    assert "/reporting/wilhelmshaven/joint-assessments/j1" in (await client.get("/reporting/wilhelmshaven/")).text


async def test_nobody_else_and_nobody_any_more(reporting: Reporting) -> None:
    await tell(reporting, QUESTIONS, OPENED, closed(wilhelmshaven=60, other=40))
    paths = (
        "/reporting/v1/{}/joint-assessments/j1",
        "/reporting/v1/{}/joint-assessments/j1/data.csv",
        "/reporting/v1/{}/joint-assessments/j1/data.xlsx",
        "/reporting/v1/{}/joint-assessments/j1/report.pdf",
        "/reporting/{}/joint-assessments/j1",
    )
    for path in paths:
        assert (await reporting.client("wolfsburg").get(path.format("wolfsburg"))).status_code == 404, (
            "it was asked, and is not in"
        )
        assert (await reporting.client("wolfsburg").get(path.format("wilhelmshaven"))).status_code == 404
    await tell(reporting, closed(other=40, third=20))
    for path in paths:
        assert (await reporting.client("wilhelmshaven").get(path.format("wilhelmshaven"))).status_code == 404, (
            "it has gone"
        )
    await tell(reporting, closed(wilhelmshaven=60, other=40), s.JointDeleted(joint_id="j1"))
    assert (await reporting.client("wilhelmshaven").get(paths[0].format("wilhelmshaven"))).status_code == 404
    row = await reporting.service.context.database["joint_assessments"].find_one({"_id": "j1"})
    assert row is not None
    assert "result" not in row
