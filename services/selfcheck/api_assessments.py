"""HTTP API for staff: assessments, invitations, the workshop and its result."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from chassis.audience import ANY_STAFF, Audience, Caller
from chassis.idempotency import Request as Repeatable
from chassis.pagination import Cursor, page
from chassis.web import json_response
from services.selfcheck.parts import Selfcheck
from services.selfcheck.schemas import NewAssessment, NewConsensus, NewInvitation

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


@router.post("/{id}/reveal")
async def reveal(request: Request, caller: Moderator, id: str, key: Key = None) -> Response:
    parts = _parts(request)
    answer, replayed = await parts.workshop.reveal(
        caller.scope, id, _by(caller), _repeatable(request, key), parts.clock.now()
    )
    parts.metrics.steps.labels(caller.scope.tenant, "revealed").inc(not replayed)
    return json_response(answer, 200, replayed)


@router.post("/{id}/consensus")
async def agree(request: Request, caller: Moderator, id: str, body: NewConsensus, key: Key = None) -> Response:
    parts = _parts(request)
    repeatable = _repeatable(request, key, body)
    answer, replayed = await parts.workshop.agree(caller.scope, id, body, _by(caller), repeatable, parts.clock.now())
    parts.metrics.steps.labels(caller.scope.tenant, "consensus").inc(not replayed)
    return json_response(answer, 200, replayed)


@router.post("/{id}/closing")
async def close(request: Request, caller: Moderator, id: str, key: Key = None) -> Response:
    parts = _parts(request)
    answer, replayed = await parts.workshop.close(
        caller.scope, id, _by(caller), _repeatable(request, key), parts.clock.now()
    )
    parts.metrics.steps.labels(caller.scope.tenant, "closed").inc(not replayed)
    return json_response(answer, 200, replayed)


@router.get("/{id}/board")
async def board(request: Request, caller: Host, id: str) -> Response:
    return json_response(await _parts(request).board.show(caller.scope, id))


@router.get("/{id}/board/stream")
async def board_stream(request: Request, caller: Host, id: str) -> Response:
    """Server-sent events named `board`, each with the whole board as JSON."""
    parts = _parts(request)
    await parts.assessments.document(caller.scope, id)

    async def events() -> AsyncIterator[bytes]:
        async for state in parts.board.follow(caller.scope, id):
            yield b"event: board\ndata: " + orjson.dumps(state) + b"\n\n"

    return StreamingResponse(events(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


@router.get("/{id}/result")
async def result(request: Request, caller: Staff, id: str) -> Response:
    return json_response(await _parts(request).workshop.result(caller.scope, id))


@router.get("/{id}/result/trace")
async def trace(
    request: Request, caller: Staff, id: str, question: str | None = None, field: str | None = None
) -> Response:
    return json_response(await _parts(request).workshop.trace(caller.scope, id, question, field))
