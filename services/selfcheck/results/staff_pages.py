"""The result of a self-check, opened down to the counts and weights that made it, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response

from chassis.http.problems import Problem, not_found
from chassis.http.routing import APIRouter
from chassis.text.translations import mark
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.permissions import Staff
from services.selfcheck.results.results import EARLIER_RULE
from services.selfcheck.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/selfcheck/{tenant}/assessments/{id}/result", include_in_schema=False)


AGREEMENT = (
    (0.8, mark("people agree")),
    (0.667, mark("people agree by and large")),
    (0.0, mark("people see it differently")),
    (-1.0, mark("people contradict each other")),
)
"""Krippendorff (2004), ch. 11.4: from 0.8 on rely on it, down to 0.667 draw tentative conclusions only. Below 0 lies what is worse
than chance; a little below is chance, so contradiction is said only where the whole interval is there."""


def agreement_words(alpha: float | None, interval: Sequence[float]) -> str:
    """What a coefficient of agreement means, as a message of the catalogue. `interval`: its 95 % bounds, low and high."""
    if alpha is None:
        return ""
    counted_as = max(alpha, 0.0) if interval[1] >= 0 else alpha
    return next(words for least, words in AGREEMENT if counted_as >= least or least == -1.0)


@router.get("")
async def show_result(request: Request, caller: Staff, id: str) -> Response:
    """The result; of one that was published under an earlier rule only what was shown then."""
    page = await staff_page(request, caller)
    try:
        trace = await _trace(page, id)
    except Problem as problem:
        if problem.code != EARLIER_RULE.code:
            raise
        trace = None
    return await _render(page, id, "staff/result.html", trace=trace)


@router.get("/fields/{field}")
async def show_field(request: Request, caller: Staff, id: str, field: str) -> Response:
    page = await staff_page(request, caller)
    questionnaire = await _questionnaire(page, id)
    if field not in {one.id for one in questionnaire.fields}:
        raise not_found("field")
    trace = await _trace(page, id, field=field)
    return await _render(page, id, "staff/result_field.html", field=questionnaire.field(field), trace=trace)


@router.get("/questions/{question}")
async def show_question(request: Request, caller: Staff, id: str, question: str) -> Response:
    page = await staff_page(request, caller)
    questionnaire = await _questionnaire(page, id)
    if question not in questionnaire.questions:
        raise not_found("question")
    trace = await _trace(page, id, question=question)
    evidence = await page.services.evidence.of_assessment(page.scope, id)
    return await _render(
        page,
        id,
        "staff/result_question.html",
        question=questionnaire.questions[question],
        field=questionnaire.field_of[question],
        trace=trace,
        evidence=[one for one in evidence if one["question"] == question],
        files=f"/selfcheck/v1/{page.scope.tenant}/assessments/{id}/evidence",
    )


@router.get("/own")
async def show_own_result(request: Request, caller: Staff, id: str) -> Response:
    """Show the figures of the municipality's own questions."""
    page = await staff_page(request, caller)
    result = await page.services.results.own_result(page.scope, id)
    return await _render(page, id, "staff/result_own.html", own=result)


async def _questionnaire(page: StaffPage, id: str) -> Questionnaire:
    assessments = page.services.assessments
    return await assessments.questionnaire(await assessments.get(page.scope, id))


async def _trace(page: StaffPage, id: str, question: str | None = None, field: str | None = None) -> Any:
    return await page.services.results.trace(page.scope, id, question, field)


async def _render(page: StaffPage, id: str, template: str, **context: Any) -> Response:
    scope = page.scope
    questionnaire = await _questionnaire(page, id)
    return page.render(
        template,
        assessment=await page.services.get_assessment(scope, id),
        result=await page.services.results.result(scope, id),
        questionnaire=questionnaire,
        here=page.address(id),
        agreement_words=agreement_words,
        levels=range(questionnaire.scale.min, questionnaire.scale.max + 1),
        **context,
    )
