"""HTTP of the log of messages."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.clock import rfc3339
from chassis.http.base_schemas import Filter, Limit
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor, page
from services.notifications.messages.documents import Status
from services.notifications.messages.filters import KindFilter
from services.notifications.messages.messages import as_json, as_json_with_content
from services.notifications.messages.schemas import InformedPage, MessagePage, MessageWithTextResponse, RetriedMessage
from services.notifications.permissions import Coordinator
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/v1/{tenant}/messages", tags=["messages"])


@router.get("", response_model=MessagePage, summary="Messages")
async def list_messages(
    request: Request,
    caller: Coordinator,
    status: Status | None = None,
    kind: KindFilter = "",
    gathering: Filter | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List messages without their recipients, by id."""
    messages = await get_services(request).messages.list_page(
        caller.scope, cursor, limit + 1, status=status, kind=kind, gathering=gathering
    )
    return page([as_json(one) for one in messages], limit, "id")


@router.get("/{id}", response_model=MessageWithTextResponse, summary="One message")
async def get_message(request: Request, caller: Coordinator, id: str) -> dict[str, Any]:
    """Get one message with each attempt, and as it was sent."""
    return as_json_with_content(await get_services(request).messages.get(caller.scope, id))


@router.post("/{id}/retry", status_code=202, response_model=RetriedMessage, summary="Try again")
async def retry_message(request: Request, caller: Coordinator, id: str) -> dict[str, Any]:
    """Try a message again that did not reach its recipient."""
    return await get_services(request).messages.retry(caller.scope, id)


@router.post("/{id}/other-way", status_code=202, response_model=RetriedMessage, summary="Another way")
async def send_message_another_way(request: Request, caller: Coordinator, id: str) -> dict[str, Any]:
    """Send a message by the next channel, after one was tried or when nobody knows whether it arrived."""
    return await get_services(request).messages.send_by_next_channel(caller.scope, id)


gatherings_router = APIRouter(prefix="/notifications/v1/{tenant}/gatherings", tags=["messages"])


@gatherings_router.get("/{id}/told", response_model=InformedPage, summary="Who has been told")
async def list_informed(request: Request, caller: Coordinator, id: str, kind: KindFilter = "") -> dict[str, Any]:
    """List every kind of news about a gathering and, for one kind (the newest unless one is named), who has not been told of it and why."""
    informed = await get_services(request).informed.get(caller.scope, id, kind)
    return {
        "kinds": [{"kind": one.kind, "newest": rfc3339(one.newest), "counts": one.counts} for one in informed.kinds],
        "kind": informed.kind,
        "items": [
            {
                "message": one.message,
                "registration": one.person,
                "standing": one.delivery_status,
                "channel": (one.last.channel or None) if one.last else None,
                "reason": one.last.outcome if one.last else None,
            }
            for one in informed.people
        ],
    }
