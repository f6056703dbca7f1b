"""Measures on pages: the table with its filters, the form to agree on one from a weak field, and each one's own page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.text.translations import mark
from disclosure.result import Result
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.measures.api import chosen
from services.selfcheck.measures.schemas import MeasureChange, NewMeasure
from services.selfcheck.permissions import Coordinator, Staff
from services.selfcheck.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/selfcheck/{tenant}", include_in_schema=False)

STATUSES = {"planned": mark("planned"), "started": mark("started"), "done": mark("done"), "dropped": mark("dropped")}
MEASURE_MESSAGES = (
    mark("Someone else has changed this measure; look at it first."),
    mark("This day has passed; choose a later one."),
    mark("The field has no such question; correct the id or leave it out."),
)
"""Refusals of an entry by the domain, marked for the catalogues."""
WEAK = 3
"""Fields that are offered first: those with the lowest scores that are shown."""


@router.get("/measures")
async def list_measures(request: Request, caller: Staff) -> Response:
    """All measures of the municipality."""
    page = await staff_page(request, caller)
    return await _table(page, None)


@router.get("/assessments/{id}/measures")
async def list_measures_of_assessment(request: Request, caller: Staff, id: str) -> Response:
    page = await staff_page(request, caller)
    field = request.query_params.get("for", "")
    return await _table(page, id, page.form(f"measure:{id}", {"field": field, "status": "planned"}))


@router.post("/assessments/{id}/measures")
async def create_measure(request: Request, caller: Coordinator, id: str) -> Response:
    page = await staff_page(request, caller)
    form = await page.received(f"measure:{id}")
    form.require("field", "title")

    async def act() -> Response:
        body = NewMeasure.typed(_entered(form))
        await page.services.measures.add(caller.scope, id, body, page.idempotency_key(f"measure {id}", form))
        return page.done(f"{page.address(id)}/measures", SAVED)

    return await answer_form(form, act, lambda form, status: _table(page, id, form, status))


@router.post("/assessments/{id}/measures/carry-over")
async def carry_over_measures(request: Request, caller: Coordinator, id: str) -> Response:
    page = await staff_page(request, caller)
    form = await page.received(f"carry:{id}")
    form.require("earlier")

    async def act() -> Response:
        await page.services.measures.carry_over(caller.scope, id, form.value("earlier"))
        return page.done(f"{page.address(id)}/measures", SAVED)

    return await answer_form(form, act, lambda form, status: _table(page, id, status=status, carry=form))


@router.get("/assessments/{id}/measures/{measure}")
async def show_measure(request: Request, caller: Staff, id: str, measure: str) -> Response:
    return await _measure_page(await staff_page(request, caller), id, measure)


@router.post("/assessments/{id}/measures/{measure}")
async def change_measure(request: Request, caller: Coordinator, id: str, measure: str) -> Response:
    """Change it, unless somebody else did since the page was opened."""
    page = await staff_page(request, caller)
    form = await page.received(f"measure:{measure}")
    form.require("field", "title", "status")

    async def act() -> Response:
        body = MeasureChange.typed({**_entered(form), "revision": form.value("revision") or 1})
        await page.services.measures.change(caller.scope, id, measure, body)
        return page.done(f"{page.address(id)}/measures", SAVED)

    return await answer_form(form, act, lambda form, status: _measure_page(page, id, measure, form, status))


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
    page: StaffPage, id: str | None, form: Form | None = None, status: int = 200, carry: Form | None = None
) -> Response:
    scope, services, query = page.scope, page.services, page.request.query_params
    filters = {key: query.get(key) or None for key in ("status", "field", "pressing")}
    items = chosen(await services.measures.list_all(scope, id), **filters)["items"]
    assessments = {one["id"]: one for one in await services.assessments.list_page(scope, 500, None)}
    titles = await _field_titles(page, [one["assessment"] for one in items])
    context: dict[str, Any] = {}
    if id is not None:
        assessment = await services.assessments.get(scope, id)
        questionnaire = await services.assessments.questionnaire(assessment)
        shown = await services.results.result(scope, id) if assessment.phase is not Phase.OPEN else None
        context = {
            "assessment": await services.get_assessment(scope, id),
            "here": page.address(id),
            "fields": _weak_first(questionnaire, shown),
            "form": form or page.form(f"measure:{id}"),
            "carry": carry or page.form(f"carry:{id}", {"earlier": assessment.repeats or ""}),
            "earlier": [one for one in assessments.values() if one["id"] != id],
        }
    return page.render(
        "staff/measures.html",
        status,
        items=items,
        titles=titles,
        assessments=assessments,
        statuses=STATUSES,
        filters=filters,
        **{"assessment": None, **context},
    )


async def _measure_page(
    page: StaffPage, id: str, measure: str, form: Form | None = None, status: int = 200
) -> Response:
    scope, services = page.scope, page.services
    stored = await services.measures.get(scope, id, measure)
    history = [{**entry, "at": datetime.fromisoformat(entry["at"])} for entry in stored["history"]]
    questionnaire = await services.assessments.questionnaire(await services.assessments.get(scope, id))
    return page.render(
        "staff/measure.html",
        status,
        measure={**stored, "history": history},
        here=page.address(id),
        assessment=await services.get_assessment(scope, id),
        questionnaire=questionnaire,
        fields=_weak_first(questionnaire, None),
        statuses=STATUSES,
        form=form or page.form(f"measure:{measure}", {**stored}),
    )


def _weak_first(questionnaire: Questionnaire, result: Result | None) -> list[tuple[str, Any, float | None, bool]]:
    """(id, title, score, weak) of each field; the weakest with a score that is shown come first. With consensus where there is one."""
    listed = []
    for field in questionnaire.fields:
        node = result["fields"][field.id] if result else None
        score = (
            None if node is None else (node["score"] if node["consensus_score"] is None else node["consensus_score"])
        )
        listed.append((field.id, field.title, score))
    weak = [
        id
        for id, _, score in sorted(listed, key=lambda row: row[2] if row[2] is not None else 999)
        if score is not None
    ][:WEAK]
    ordered = sorted(listed, key=lambda row: weak.index(row[0]) if row[0] in weak else WEAK)
    return [(id, title, score, id in weak) for id, title, score in ordered]


async def _field_titles(page: StaffPage, assessments: list[str]) -> dict[tuple[str, str], Any]:
    """Titles of fields by (assessment, field)."""
    titles: dict[tuple[str, str], Any] = {}
    for id in set(assessments):
        assessment = await page.services.assessments.get(page.scope, id)
        questionnaire = await page.services.assessments.questionnaire(assessment)
        titles |= {(id, field.id): field.title for field in questionnaire.fields}
    return titles
