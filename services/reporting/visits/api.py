"""HTTP of visits among peers."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key, Limit
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor, page
from services.reporting.domain.visit import Accept, Finding, Question, Report, Withdraw
from services.reporting.http import read_idempotency_key
from services.reporting.permissions import Coordinator, Staff
from services.reporting.services import get_services
from services.reporting.visits.schemas import NoteBody, ReportBody, VisitBody

router = APIRouter(prefix="/reporting/v1/{tenant}/visits", tags=["visits"])
JsonObject = dict[str, Any]


@router.get("", summary="Visits that concern the municipality")
async def list_visits(request: Request, caller: Staff, limit: Limit = 500, cursor: Cursor = None) -> JsonObject:
    """Asked for, offered, accepted and over; the latest first."""
    return page(await get_services(request).visits.list_page(caller.scope, limit + 1, cursor), limit, "id")


@router.post("", summary="Ask for a visit or offer one", status_code=201)
async def propose_visit(request: Request, caller: Coordinator, body: VisitBody, key: Key = None) -> Response:
    """The municipalities named are told; up to six may come."""
    visit, replayed = await get_services(request).visits.propose(
        caller.scope, body, read_idempotency_key(request, key, body)
    )
    return json_response(visit, 201, replayed)


@router.get("/{id}", summary="A visit with its questions and findings")
async def get_visit(request: Request, caller: Staff, id: str) -> JsonObject:
    return await get_services(request).visits.get(caller.scope, id)


@router.post("/{id}/acceptance", summary="Accept a visit")
async def accept_visit(request: Request, caller: Coordinator, id: str, key: Key = None) -> JsonObject:
    """The gathering for it is drafted at the host's, of the kind `exchange`."""
    return await get_services(request).visits.carry_out(caller.scope, id, Accept(), read_idempotency_key(request, key))


@router.post("/{id}/withdrawal", summary="Decline a visit, come no more, or call it off")
async def withdraw_from_visit(request: Request, caller: Coordinator, id: str, key: Key = None) -> JsonObject:
    """The host calls the whole visit off."""
    return await get_services(request).visits.carry_out(
        caller.scope, id, Withdraw(), read_idempotency_key(request, key)
    )


@router.post("/{id}/questions", summary="Ask something before the visit")
async def add_question(request: Request, caller: Coordinator, id: str, body: NoteBody, key: Key = None) -> JsonObject:
    return await get_services(request).visits.carry_out(
        caller.scope, id, Question(body.text), read_idempotency_key(request, key, body)
    )


@router.post("/{id}/findings", summary="Note something worth knowing from the visit")
async def add_finding(request: Request, caller: Coordinator, id: str, body: NoteBody, key: Key = None) -> JsonObject:
    return await get_services(request).visits.carry_out(
        caller.scope, id, Finding(body.text), read_idempotency_key(request, key, body)
    )


@router.post("/{id}/report", summary="Write down what came of the visit")
async def report_on_visit(
    request: Request, caller: Coordinator, id: str, body: ReportBody, key: Key = None
) -> JsonObject:
    """Within a month of the visit; those who took part are reminded a week before."""
    command = Report(body.report, tuple(body.findings))
    return await get_services(request).visits.carry_out(
        caller.scope, id, command, read_idempotency_key(request, key, body)
    )
