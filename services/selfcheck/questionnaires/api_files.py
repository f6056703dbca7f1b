"""Papers and workbooks of questionnaires as answers, some of them made once and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.problems import not_found
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.domain.own_section import with_own_section
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.questionnaires.paper import framed_in, paper
from services.selfcheck.questionnaires.questionnaire_xlsx import MEDIA_TYPE
from services.selfcheck.services import get_services

Language = Filter
FieldId = Filter | None


async def kept_paper(
    request: Request, cache_key: Sequence[str], questionnaire: Questionnaire, language: str, field: str | None
) -> bytes:
    """All that is asked or one field, made once. `what` names it for good. Raises Problem 404 for a field it has not."""
    check_field(questionnaire, field)
    framed = framed_in(language)
    return await get_services(request).papers.get_or_make(
        ["pdf", *cache_key, framed, field], lambda: asyncio.to_thread(paper, questionnaire, framed, field)
    )


async def assessment_on_paper(
    request: Request, assessment: StoredAssessment, language: str, field: str | None
) -> Response:
    """What a self-check asks, the municipality's own questions marked as such. Raises Problem 404 for a field it has not."""
    version = [assessment.questionnaire.id, assessment.questionnaire.version]
    questionnaire = with_own_section(
        await get_services(request).questionnaires.parsed(*version), assessment.own_section
    )
    # Without questions of its own it is the version's paper, kept for everybody.
    cache_key = version if assessment.own_section is None else [*version, assessment.tenant, assessment.id]
    answer = as_pdf(await kept_paper(request, cache_key, questionnaire, language, field))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def check_field(questionnaire: Questionnaire, field: str | None) -> None:
    """Raises Problem 404 for a field that the questionnaire has not."""
    if field is not None and field not in {one.id for one in questionnaire.fields}:
        raise not_found("field")


def as_pdf(content: bytes) -> Response:
    """A paper to look at."""
    headers = {"Content-Disposition": 'inline; filename="selbstcheck.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def to_save(workbook: bytes) -> Response:
    """A workbook to save."""
    headers = {"Content-Disposition": 'attachment; filename="questionnaire.xlsx"', "Cache-Control": "no-store"}
    return Response(workbook, media_type=MEDIA_TYPE, headers=headers)
