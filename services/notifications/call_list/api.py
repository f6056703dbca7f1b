"""HTTP of the call list."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.clock import rfc3339
from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Key, Limit
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor
from services.notifications.call_list.schemas import CallListPage, CallTaken, RecordedOutcome, RecordOutcome
from services.notifications.http import idempotency
from services.notifications.messages.filters import KindFilter
from services.notifications.permissions import Desk
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/v1/{tenant}/call-list", tags=["call list"])

export_router = APIRouter(prefix="/notifications/v1/{tenant}", tags=["call list"])


@router.get("", response_model=CallListPage, summary="Whom to call")
async def list_calls(
    request: Request,
    caller: Desk,
    kind: KindFilter = "",
    language: Filter = "",
    later: bool = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List the people whom somebody has to call because nothing written reaches them, one entry for each number. Those who have to
    answer by a deadline come first, then those never tried. `later`: only those to be called at a time in the future."""
    calls = get_services(request).calls
    page = await calls.page(
        caller.scope, kind=kind, language=language, later=later, cursor=cursor, limit=limit, by=caller.actor
    )
    return {"items": page.items, "next": page.next}


@export_router.get("/call-list.csv", response_class=Response, summary="The call list for a call centre")
async def export_call_list(request: Request, caller: Desk, kind: KindFilter = "", language: Filter = "") -> Response:
    """Export whom to call now, with what to say, as CSV with semicolons; cells that begin like a formula are guarded."""
    services = get_services(request)
    words = services.pages.texts(request).gettext
    content = await services.calls.export(caller.scope, words, kind=kind, language=language)
    headers = {"Content-Disposition": 'attachment; filename="call-list.csv"', "Cache-Control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/{id}/outcome", response_model=RecordedOutcome, summary="What came of a call")
async def record_call_outcome(
    request: Request, caller: Desk, id: str, body: RecordOutcome, key: Key = None
) -> Response:
    """Record the outcome of a call: reached, comes, cancels, not reached, wrong number."""
    idempotency_key = idempotency(request, key, body)
    answer, replayed = await get_services(request).calls.record_outcome(
        caller.scope, id, body.outcome, idempotency_key, by=caller.actor, next_at=body.next_at
    )
    return json_response(answer, 200, replayed)


@router.post("/{id}/taking", response_model=CallTaken, summary="Take a number")
async def take_number(request: Request, caller: Desk, id: str) -> dict[str, Any]:
    """Reserve a number for the caller: nobody else calls it for a quarter of an hour, or until an outcome is recorded. Repeating it starts the
    time again."""
    until = await get_services(request).calls.claim(caller.scope, id, caller.actor)
    return {"id": id, "taken_until": rfc3339(until)}


@router.delete("/{id}/taking", response_model=CallTaken, summary="Let a number go")
async def release_number(request: Request, caller: Desk, id: str) -> dict[str, Any]:
    """Release a number that the caller had taken, so that others may call it."""
    await get_services(request).calls.release(caller.scope, id, caller.actor)
    return {"id": id, "taken_until": None}
