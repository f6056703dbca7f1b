"""HTTP of the log of messages."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from chassis.http.base_schemas import Filter, Limit
from chassis.storage.pagination import Cursor, page
from services.notifications.messages.messages import shown, shown_whole
from services.notifications.messages.schemas import MessagePage, Retried, WholeMessage
from services.notifications.permissions import Coordinator
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/v1/{tenant}/messages", tags=["messages"])


@router.get("", response_model=MessagePage, summary="Messages")
async def messages(
    request: Request,
    caller: Coordinator,
    status: Filter | None = None,
    kind: Filter | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Messages without their recipients, by id."""
    found = await get_services(request).messages.page(caller.scope, status, kind, cursor, limit + 1)
    return page([shown(one) for one in found], limit, "id")


@router.get("/{id}", response_model=WholeMessage, summary="One message")
async def message(request: Request, caller: Coordinator, id: str) -> dict[str, Any]:
    """One message with each attempt, and as it was sent."""
    return shown_whole(await get_services(request).messages.one(caller.scope, id))


@router.post("/{id}/retry", status_code=202, response_model=Retried, summary="Try again")
async def retry(request: Request, caller: Coordinator, id: str) -> dict[str, Any]:
    """Try a message again that did not reach its recipient."""
    return await get_services(request).messages.retry(caller.scope, id)
