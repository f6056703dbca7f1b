"""The same numbers everywhere: a joint result as selfcheck's API and page show it, and as reporting's API, page, PDF, CSV and XLSX do."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from openpyxl import load_workbook
from pypdf import PdfReader

from tests.service.security.conftest import TENANTS, Everything, everything

__all__ = ["everything"]
MEMBER, DISTRICT = TENANTS
PERSPECTIVES = ("administration", "civil_society")
QUESTIONS = {"management": "management.strategy.1", "access": "access.education.1"}
Place = tuple[str, str, str]
"""Municipality (together: ""), field (the whole: ""), perspective (all: "")."""


async def finished(everything: Everything, tenant: str, assessment: str, level: int, agreed: dict[str, int]) -> None:
    """Answered by six people of each perspective, opened, agreed on, closed, and brought in by the worker."""
    coordinator, moderator = (everything.client(tenant, role) for role in ("coordinator", "moderator"))
    one = everything.url(f"/selfcheck/v1/{tenant}/assessments/{assessment}")
    asked = (await everything.client().get(everything.url("/selfcheck/v1/questionnaires/weltoffene-kommune/1"))).json()
    ids = [q["id"] for field in asked["fields"] for criterion in field["criteria"] for q in criterion["questions"]]
    for number in range(12):
        perspective = PERSPECTIVES[number % 2]
        # The civil society of the member leaves a field to others, so that something is hidden.
        given = [id for id in ids if number % 2 == 0 or tenant != MEMBER or not id.startswith("cohesion.")]
        invited = await coordinator.post(f"{one}/invitations", json={"perspective": perspective})
        code = invited.json()["answer_url"].rpartition("/")[2]
        answers = {id: (level + number * place) % 5 for place, id in enumerate(given)}
        saved = await everything.client().put(
            everything.url(f"/selfcheck/v1/answers/{code}"), json={"answers": answers}
        )
        assert saved.status_code == 200, saved.text
    assert (await moderator.post(f"{one}/reveal")).status_code == 200
    for question, value in agreed.items():
        body = {"question": question, "level": value, "reason": "gemeinsam"}
        assert (await moderator.post(f"{one}/consensus", json=body)).status_code == 200
    assert (await moderator.post(f"{one}/closing")).status_code == 200
    for due in everything.services["selfcheck"].definition.jobs:
        if due.name in ("assessments", "joint"):
            for document in await due.documents.find({"due_at": {"$lte": datetime.now(UTC)}}).to_list(None):
                await due.handle(document)


async def joint(everything: Everything) -> str:
    """A district that takes part itself, and its member; closed and known to reporting."""
    database = everything.services["selfcheck"].context.database
    period = {"from": "2020-01-01", "until": "9999-12-31"}
    row = {"tenant": MEMBER, "seq": 1, "district": DISTRICT, "member": MEMBER, "periods": [period]}
    await database["memberships"].insert_one({"_id": f"{DISTRICT}:{MEMBER}", **row})
    of = {one: everything.url(f"/selfcheck/v1/{one}/joint-assessments") for one in TENANTS}
    host, guest = (everything.client(one, "moderator") for one in (DISTRICT, MEMBER))
    body = {
        "questionnaire": {"id": "weltoffene-kommune", "version": "1"},
        "title": {"de": "Gemeinsam"},
        "minimum_group": 4,
        "perspectives": [{"id": one, "title": {"de": one.title()}} for one in PERSPECTIVES],
        "members": [MEMBER],
        "takes_part": True,
    }
    made = await host.post(of[DISTRICT], json=body)
    assert made.status_code == 201, made.text
    id = str(made.json()["id"])
    assert (await guest.post(f"{of[MEMBER]}/{id}/acceptance")).status_code == 200
    for tenant, client, level, agreed in (
        (MEMBER, guest, 1, {QUESTIONS["management"]: 4, QUESTIONS["access"]: 0}),
        (DISTRICT, host, 2, {QUESTIONS["management"]: 0}),
    ):
        members = (await client.get(f"{of[tenant]}/{id}")).json()["members"]
        own = next(one["assessment"] for one in members if one["municipality"] == tenant)
        await finished(everything, tenant, own, level, agreed)
    assert (await host.post(f"{of[DISTRICT]}/{id}/closing")).status_code == 200
    for collection in ("questionnaires", "joint_assessments"):
        await everything.spread(collection, "selfcheck")
    return id


def told(result: dict[str, Any]) -> Iterator[tuple[Place, tuple[Any, ...]]]:
    """What selfcheck's API says: score, coverage, people, consensus, and how many agreed, place by place."""
    counted = [(one["municipality"], one, "consensus_questions") for one in result["members"]]
    for name, source, count in (*counted, ("", result["together"], "consensus_members")):
        for field, node in {"": source["overall"], **source["fields"]}.items():
            agreed = (node["consensus_score"], node[count])
            yield (name, field, ""), (node["score"], node["coverage"], node["answered"], *agreed)
            for view, one in node["perspectives"].items():
                yield (name, field, view), (one["score"], one["coverage"], one["answered"], None, None)


async def test_the_same_numbers_in_both_apis_on_both_pages_in_the_report_and_in_the_table(
    everything: Everything,
) -> None:
    id = await joint(everything)
    staff = everything.client(MEMBER, "decision_maker")
    own = f"/selfcheck/v1/{MEMBER}/joint-assessments/{id}/result"
    expected = dict(told((await staff.get(everything.url(own))).json()))
    assert expected["", "management", ""][4] == 2
    assert expected["", "access", ""][3:] == (None, 1), "of one municipality there is no mean"
    assert expected[MEMBER, "cohesion", "civil_society"][0] is None
    assert expected["", "cohesion", "civil_society"][0] is None
    assert expected[DISTRICT, "cohesion", "civil_society"][0] is not None

    base = f"/reporting/v1/{MEMBER}/joint-assessments/{id}"
    shown = (await staff.get(everything.url(base))).json()
    found: dict[Place, tuple[Any, ...]] = {}
    for row in shown["rows"]:
        cells = [*zip(shown["members"], row["members"], strict=True), ("", row["together"])]
        for name, one in cells:
            count = one["consensus_questions" if name else "consensus_members"]
            place = (name, row["field"] or "", row["perspective"] or "")
            found[place] = (one["score"], one["coverage"], one["answered"], one["consensus_score"], count)
    assert found == expected

    table = (await staff.get(everything.url(f"{base}/data.csv?language=en"))).content.decode("utf-8-sig")
    read = {
        (row["municipality"], row["field"], row["perspective"]): tuple(
            float(row[name]) if row[name] else None
            for name in ("score", "coverage", "answered", "consensus_score", "consensus_count")
        )
        for row in csv.DictReader(io.StringIO(table))
    }
    assert read == expected

    workbook = await staff.get(everything.url(f"{base}/data.xlsx?language=en"))
    sheet = load_workbook(io.BytesIO(workbook.content))["Figures"]
    slugs = {"Wilhelmshaven": MEMBER, "Wolfsburg": DISTRICT, "Together": ""}
    fields_by_title = {row["title"].get("en"): row["field"] for row in shown["rows"] if row["field"]} | {"Overall": ""}
    views = {one.title(): one for one in PERSPECTIVES} | {"All perspectives": ""}
    cells_read = {
        (slugs[name], fields_by_title[field], views[view]): (score, coverage, answered, consensus, count)
        for name, field, view, score, consensus, count, coverage, answered, _ in sheet.iter_rows(2, values_only=True)
    }
    assert cells_read == expected

    document = PdfReader(io.BytesIO((await staff.get(everything.url(f"{base}/report.pdf"))).content))
    assert document.root_object["/MarkInfo"]["/Marked"]
    assert document.root_object["/Lang"] == "de"
    printed = " ".join("\n".join(page.extract_text() for page in document.pages).split())
    fields = [field for name, field, view in expected if not name and field and not view]

    def line(name: str, column: int) -> str:
        figures = [expected[name, field, ""][column] for field in (*fields, "")]
        return " ".join("–" if one is None else str(one) for one in figures)

    for name, called in ((MEMBER, "Wilhelmshaven"), (DISTRICT, "Wolfsburg"), ("", "Zusammen")):
        assert f"{called} {line(name, 0)}" in printed
        assert f"{called} {line(name, 3)}" in printed
    assert f"Workshops mit Konsens {line('', 4)}" in printed
    for field in fields:
        together = [expected["", field, view][0] for view in (*PERSPECTIVES, "")]
        assert " ".join("–" if one is None else str(one) for one in together) in printed

    for url in (f"/selfcheck/{MEMBER}/joint-assessments/{id}", f"/reporting/{MEMBER}/joint-assessments/{id}"):
        page = (await staff.get(everything.url(url), headers={"Accept-Language": "de"})).text
        cells = numbers(page)
        agreed = [field for field in fields if expected["", field, ""][4]]
        assert 0 < len(agreed) < len(fields)
        for name in (*shown["members"], ""):
            for view in ("", *PERSPECTIVES):
                assert in_row(expected[name, field, view][0] for field in ("", *fields)) in cells, (url, name, view)
            assert in_row(expected[name, field, ""][3] for field in ("", *agreed)) in cells, (url, name)
        assert in_row(expected["", field, ""][4] for field in ("", *agreed)) in cells, url


def in_row(figures: Iterable[float | None]) -> str:
    """As they stand one behind the other: what is hidden as a dash."""
    return "".join(f">{'–' if one is None else one}<" for one in figures)


def numbers(page: str) -> str:
    """The cells of all tables, one behind the other."""
    return "".join(f">{cell.partition('>')[2].partition('</td>')[0]}<" for cell in page.split("<td")[1:])
