"""HTTP API for staff: assessments and invitations. The workshop has a module of its own."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from chassis.audience import ANY_STAFF, Audience, Caller
from chassis.idempotency import Request as Repeatable
from chassis.pagination import Cursor, page
from chassis.web import json_response
from services.selfcheck.parts import Selfcheck
from services.selfcheck.schemas import NewAssessment, NewDeadline

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
async def listed(
    request: Request, caller: Staff, limit: Limit = 100, cursor: Cursor = None, archived: bool = False
) -> Response:
    found = await _parts(request).assessments.listed(caller.scope, limit + 1, cursor, archived)
    return json_response(page(found, limit, "id"))


@router.get("/{id}")
async def one(request: Request, caller: Staff, id: str) -> Response:
    return json_response(await _parts(request).one(caller.scope, id))


@router.put("/{id}/deadline")
async def set_deadline(request: Request, caller: Coordinator, id: str, body: NewDeadline) -> Response:
    """By when people are asked to hand in. Earlier reminders count anew; whoever gets more time is told so."""
    parts = _parts(request)
    answer, _ = await parts.keeping.set_deadline(caller.scope, id, body, _repeatable(request, None), parts.clock.now())
    return json_response(answer)


@router.post("/{id}/archival")
async def archive(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    """Put a closed assessment away: it can be read and does not change any more."""
    parts = _parts(request)
    answer, replayed = await parts.keeping.archive(caller.scope, id, _repeatable(request, key), parts.clock.now())
    return json_response(answer, 200, replayed)


@router.post("/{id}/deletion")
async def delete(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    """Forget an assessment with all its answers. Repeating it gives the certificate again, with or without a key."""
    parts = _parts(request)
    return json_response(await parts.keeping.delete(caller.scope, id, parts.clock.now()))


@router.get("/{id}/deletion")
async def certificate(request: Request, caller: Coordinator, id: str) -> Response:
    return json_response(await _parts(request).keeping.certificate(caller.scope, id))
