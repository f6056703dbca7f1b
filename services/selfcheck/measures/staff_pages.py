"""Measures on pages: the table with its filters, the form to agree on one from a weak field, and each one's own page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.pages.forms import Form
from chassis.pages.pages import see_other
from chassis.text.translations import mark
from disclosure.result import Result
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.measures.api import chosen
from services.selfcheck.measures.schemas import MeasureChange, NewMeasure
from services.selfcheck.permissions import Coordinator, Staff
from services.selfcheck.staff_frame import Office, at_office

router = APIRouter(prefix="/selfcheck/{tenant}", include_in_schema=False)

STATUSES = {"planned": mark("planned"), "started": mark("started"), "done": mark("done"), "dropped": mark("dropped")}
SAID = (
    mark("Someone else has changed this measure; look at it first."),
    mark("This day has passed; choose a later one."),
    mark("The field has no such question; correct the id or leave it out."),
)
"""What the domain may say about an entry, in the reader's language."""
WEAK = 3
"""Fields that are offered first: those with the lowest scores that are shown."""


@router.get("/measures")
async def of_all(request: Request, caller: Staff) -> Response:
    """All measures of the municipality."""
    office = await at_office(request, caller)
    return await _table(office, None)


@router.get("/assessments/{id}/measures")
async def of_one(request: Request, caller: Staff, id: str) -> Response:
    office = await at_office(request, caller)
    field = request.query_params.get("for", "")
    return await _table(office, id, office.form(f"measure:{id}", {"field": field, "status": "planned"}))


@router.post("/assessments/{id}/measures")
async def add(request: Request, caller: Coordinator, id: str) -> Response:
    office = await at_office(request, caller)
    form = await office.received(f"measure:{id}")
    form.require("field", "title")
    if form.ok:
        with form.refusals():
            body = NewMeasure.typed(_entered(form))
            await office.parts.measures.add(caller.scope, id, body, office.once(f"measure {id}", form))
            return see_other(f"{office.address(id)}/measures")
    return await _table(office, id, form, 422)


@router.post("/assessments/{id}/measures/carry-over")
async def carry_over(request: Request, caller: Coordinator, id: str) -> Response:
    office = await at_office(request, caller)
    form = await office.received(f"carry:{id}")
    form.require("earlier")
    if form.ok:
        with form.refusals():
            await office.parts.measures.carry_over(caller.scope, id, form.value("earlier"))
            return see_other(f"{office.address(id)}/measures")
    return await _table(office, id, status=422, carry=form)


@router.get("/assessments/{id}/measures/{measure}")
async def one(request: Request, caller: Staff, id: str, measure: str) -> Response:
    return await _one(await at_office(request, caller), id, measure)


@router.post("/assessments/{id}/measures/{measure}")
async def change(request: Request, caller: Coordinator, id: str, measure: str) -> Response:
    """Change it, unless somebody else did since the page was opened."""
    office = await at_office(request, caller)
    form = await office.received(f"measure:{measure}")
    form.require("field", "title", "status")
    if form.ok:
        with form.refusals():
            body = MeasureChange.typed({**_entered(form), "revision": form.value("revision") or 1})
            await office.parts.measures.change(caller.scope, id, measure, body)
            return see_other(f"{office.address(id)}/measures")
    return await _one(office, id, measure, form, 422)


def _entered(form: Form) -> dict[str, Any]:
    return {
        "field": form.value("field"),
        "title": form.value("title"),
        "owner": form.value("owner"),
        "due": form.value("due") or None,
        "status": form.value("status") or "planned",
        "questions": form.chosen("questions"),
    }


async def _table(
    office: Office, id: str | None, form: Form | None = None, status: int = 200, carry: Form | None = None
) -> Response:
    scope, parts, query = office.caller.scope, office.parts, office.request.query_params
    filters = {key: query.get(key) or None for key in ("status", "field", "pressing")}
    items = chosen(await parts.measures.listed(scope, id), **filters)["items"]
    assessments = {one["id"]: one for one in await parts.assessments.listed(scope, 500, None)}
    titles = await _field_titles(office, [one["assessment"] for one in items])
    context: dict[str, Any] = {}
    if id is not None:
        found = await parts.assessments.one(scope, id)
        asked = await parts.assessments.questionnaire(found)
        shown = await parts.results.result(scope, id) if found.phase is not Phase.OPEN else None
        context = {
            "assessment": await parts.one(scope, id),
            "here": office.address(id),
            "fields": _weak_first(asked, shown),
            "form": form or office.form(f"measure:{id}"),
            "carry": carry or office.form(f"carry:{id}", {"earlier": found.repeats or ""}),
            "earlier": [one for one in assessments.values() if one["id"] != id],
        }
    return office.render(
        "staff/measures.html",
        status,
        items=items,
        titles=titles,
        assessments=assessments,
        statuses=STATUSES,
        filters=filters,
        **{"assessment": None, **context},
    )


async def _one(office: Office, id: str, measure: str, form: Form | None = None, status: int = 200) -> Response:
    scope, parts = office.caller.scope, office.parts
    found = await parts.measures.one(scope, id, measure)
    history = [{**entry, "at": datetime.fromisoformat(entry["at"])} for entry in found["history"]]
    asked = await parts.assessments.questionnaire(await parts.assessments.one(scope, id))
    return office.render(
        "staff/measure.html",
        status,
        measure={**found, "history": history},
        here=office.address(id),
        assessment=await parts.one(scope, id),
        asked=asked,
        fields=_weak_first(asked, None),
        statuses=STATUSES,
        form=form or office.form(f"measure:{measure}", {**found}),
    )


def _weak_first(asked: Questionnaire, result: Result | None) -> list[tuple[str, Any, float | None, bool]]:
    """(id, title, score, weak) of each field; the weakest with a score that is shown come first. With consensus where there is one."""
    listed = []
    for field in asked.fields:
        node = result["fields"][field.id] if result else None
        score = (
            None if node is None else (node["score"] if node["consensus_score"] is None else node["consensus_score"])
        )
        listed.append((field.id, field.title, score))
    weak = [
        id
        for id, _, score in sorted(listed, key=lambda one: one[2] if one[2] is not None else 999)
        if score is not None
    ][:WEAK]
    ordered = sorted(listed, key=lambda one: weak.index(one[0]) if one[0] in weak else WEAK)
    return [(id, title, score, id in weak) for id, title, score in ordered]


async def _field_titles(office: Office, assessments: list[str]) -> dict[tuple[str, str], Any]:
    """Titles of fields by (assessment, field)."""
    titles: dict[tuple[str, str], Any] = {}
    for id in set(assessments):
        assessment = await office.parts.assessments.one(office.caller.scope, id)
        asked = await office.parts.assessments.questionnaire(assessment)
        titles |= {(id, field.id): field.title for field in asked.fields}
    return titles
