"""HTTP of the call list."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Key, Limit
from chassis.storage.pagination import Cursor
from services.notifications.call_list.schemas import CallListPage, RecordedOutcome, RecordOutcome
from services.notifications.http import idempotency
from services.notifications.permissions import Desk
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/v1/{tenant}/call-list", tags=["call list"])


@router.get("", response_model=CallListPage, summary="Whom to call")
async def call_list(
    request: Request, caller: Desk, kind: Filter = "", language: Filter = "", limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """People whom somebody has to call, because nothing written reaches them, one entry a number: who has to answer by a time first,
    then those never tried."""
    calls = get_services(request).calls
    found = await calls.page(caller.scope, kind=kind, language=language, cursor=cursor, limit=limit)
    return {"items": found.items, "next": found.next}


@router.post("/{id}/outcome", response_model=RecordedOutcome, summary="What came of a call")
async def outcome(request: Request, caller: Desk, id: str, body: RecordOutcome, key: Key = None) -> Response:
    """What came of a call: reached, comes, cancels, not reached, wrong number."""
    once = idempotency(request, key, body)
    answer, replayed = await get_services(request).calls.record_outcome(caller.scope, id, body.outcome, once)
    return json_response(answer, 200, replayed)
