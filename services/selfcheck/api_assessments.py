"""HTTP API for staff: assessments and invitations. The workshop has a module of its own."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from chassis.audience import ANY_STAFF, Audience, Caller
from chassis.idempotency import Request as Repeatable
from chassis.pagination import Cursor, page
from chassis.web import json_response
from services.selfcheck.parts import Selfcheck
from services.selfcheck.schemas import NewAssessment, NewInvitation

router = APIRouter(prefix="/selfcheck/v1/{tenant}/assessments")

Coordinator = Annotated[Caller, Audience("coordinator")]
Moderator = Annotated[Caller, Audience("moderator")]
Host = Annotated[Caller, Audience("coordinator", "moderator")]
Staff = Annotated[Caller, Audience(*ANY_STAFF)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
Limit = Annotated[int, Query(ge=1, le=500)]


def _parts(request: Request) -> Selfcheck:
    parts: Selfcheck = request.app.state.selfcheck
    return parts


def _repeatable(request: Request, key: str | None, body: Any = None) -> Repeatable:
    return Repeatable.of(_parts(request).secrets, f"{request.method} {request.url.path}", key, body)


def _by(caller: Caller) -> str:
    return caller.identity.subject if caller.identity else "-"


@router.post("")
async def open_assessment(request: Request, caller: Coordinator, body: NewAssessment, key: Key = None) -> Response:
    parts = _parts(request)
    repeatable = _repeatable(request, key, body)
    answer, replayed = await parts.assessments.open(caller.scope, body, repeatable, parts.clock.now())
    parts.metrics.steps.labels(caller.scope.tenant, "opened").inc(not replayed)
    return json_response(answer, 201, replayed)


@router.get("")
async def listed(request: Request, caller: Staff, limit: Limit = 100, cursor: Cursor = None) -> Response:
    return json_response(page(await _parts(request).assessments.listed(caller.scope, limit + 1, cursor), limit, "id"))


@router.get("/{id}")
async def one(request: Request, caller: Staff, id: str) -> Response:
    return json_response(await _parts(request).one(caller.scope, id))


@router.post("/{id}/invitations")
async def invite(request: Request, caller: Coordinator, id: str, body: NewInvitation, key: Key = None) -> Response:
    parts = _parts(request)
    repeatable = _repeatable(request, key, body)
    answer, replayed = await parts.invitations.invite(caller.scope, id, body, repeatable, parts.clock.now())
    parts.metrics.steps.labels(caller.scope.tenant, "invited").inc(not replayed)
    return json_response(answer, 201, replayed)


@router.get("/{id}/invitations")
async def invitations(request: Request, caller: Coordinator, id: str) -> Response:
    return json_response(await _parts(request).invited(caller.scope, id))
