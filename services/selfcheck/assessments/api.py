"""HTTP API for staff: assessments and invitations. The workshop has a module of its own."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Key, Limit
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor, page
from services.selfcheck.assessments.schemas import AssessmentPage, AssessmentResponse, CertificateResponse
from services.selfcheck.http import PDF, read_idempotency_key
from services.selfcheck.permissions import Coordinator, Staff
from services.selfcheck.questionnaires.api_files import assessment_on_paper
from services.selfcheck.schemas import NewAssessment, NewDeadline
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/{tenant}/assessments", tags=["assessments"])


@router.post("", status_code=201, response_model=AssessmentResponse, summary="Open a self-check")
async def open_assessment(request: Request, caller: Coordinator, body: NewAssessment, key: Key = None) -> Response:
    """With a published version of a questionnaire, for the perspectives named; `repeats` makes it a new wave of an earlier one."""
    services = get_services(request)
    idempotency_key = read_idempotency_key(request, key, body)
    answer, replayed = await services.assessments.open(caller.scope, body, idempotency_key, services.clock.now())
    services.metrics.steps.labels(caller.scope.tenant, "opened").inc(not replayed)
    return json_response(answer, 201, replayed)


@router.get("", response_model=AssessmentPage, summary="Self-checks")
async def list_assessments(
    request: Request, caller: Staff, limit: Limit = 100, cursor: Cursor = None, archived: bool = False
) -> Response:
    """In the order of their ids; the archived ones apart."""
    assessments = await get_services(request).assessments.list_page(caller.scope, limit + 1, cursor, archived)
    return json_response(page(assessments, limit, "id"))


@router.get("/{id}", response_model=AssessmentResponse, summary="A self-check")
async def get_assessment(request: Request, caller: Staff, id: str) -> Response:
    """Without figures."""
    return json_response(await get_services(request).get_assessment(caller.scope, id))


@router.get(
    "/{id}/questionnaire.pdf", responses=PDF, response_class=Response, summary="What a self-check asks, on paper"
)
async def get_questionnaire_pdf(
    request: Request, caller: Staff, id: str, language: Filter = "de", field: Filter | None = None
) -> Response:
    """To hand out: the questionnaire and, marked as such, the municipality's own questions; all of it or one field."""
    assessment = await get_services(request).assessments.get(caller.scope, id)
    return await assessment_on_paper(request, assessment, language, field)


@router.put(
    "/{id}/deadline",
    response_model=AssessmentResponse,
    summary="Set the deadline",
    **refusals("answers-closed", "common-deadline", "assessment-archived"),
)
async def set_deadline(request: Request, caller: Coordinator, id: str, body: NewDeadline) -> Response:
    """By when people are asked to hand in. Earlier reminders count anew; whoever gets more time is told so."""
    services = get_services(request)
    answer, _ = await services.lifecycle.set_deadline(
        caller.scope, id, body, read_idempotency_key(request, None), services.clock.now()
    )
    return json_response(answer)


@router.post(
    "/{id}/archival",
    response_model=AssessmentResponse,
    summary="Archive a self-check",
    **refusals("assessment-not-closed"),
)
async def archive_assessment(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    """Put a closed assessment away: it can be read and does not change any more."""
    services = get_services(request)
    answer, replayed = await services.lifecycle.archive(
        caller.scope, id, read_idempotency_key(request, key), services.clock.now()
    )
    return json_response(answer, 200, replayed)


@router.post("/{id}/deletion", response_model=CertificateResponse, summary="Delete a self-check")
async def delete_assessment(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    """Forget an assessment with all its answers. Repeating it gives the certificate again, with or without a key."""
    services = get_services(request)
    return json_response(await services.lifecycle.delete(caller.scope, id, services.clock.now()))


@router.get("/{id}/deletion", response_model=CertificateResponse, summary="Certificate of a deletion")
async def get_deletion_certificate(request: Request, caller: Coordinator, id: str) -> Response:
    """What was removed and what remains."""
    return json_response(await get_services(request).lifecycle.certificate(caller.scope, id))
