"""HTTP API of the desk's lists: who is registered, filtered; finding people; who looks like somebody being registered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from chassis.pagination import Cursor
from chassis.web import json_response
from contracts.registration import Channel, SeatStatus
from services.registration.lists import Wanted
from services.registration.routes import Desk, Limit, parts_of
from services.registration.schemas import Id, Language, Likeness, SearchFor

router = APIRouter(prefix="/registration/v1")

Status = Annotated[SeatStatus | None, Query()]


@router.get("/{tenant}/gatherings/{id}/registrations")
async def listed(
    request: Request, caller: Desk, id: str, status: Status = None, language: Language | None = None, support: Id | None = None,
    channel: Channel | None = None, limit: Limit = 100, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """In the order in which people registered; `status=waiting` in the order of the line."""
    wanted = Wanted(status, language, support, channel)
    return json_response(await parts_of(request).lists.page(caller.scope, id, wanted, limit, cursor))


@router.get("/{tenant}/gatherings/{id}/registrations/counts")
async def counts(request: Request, caller: Desk, id: str) -> Response:
    """Groups and people by status; what is needed stands beside, in `needs`."""
    return json_response(await parts_of(request).lists.counts(caller.scope, id))


@router.post("/{tenant}/registrations/search")
async def search(request: Request, caller: Desk, body: SearchFor) -> Response:
    """By name, number, e-mail address or door code. A POST, because names don't belong into addresses; nothing is stored."""
    found = await parts_of(request).search.find(caller.scope, body.gathering, body.q, body.limit)
    return json_response({"items": found, "next": None})


@router.post("/{tenant}/registrations/similar")
async def similar(request: Request, caller: Desk, body: Likeness) -> Response:
    """Registrations that look like this person. A hint: families share a phone."""
    found = await parts_of(request).search.similar(caller.scope, body.gathering, body.name, body.phone, body.email)
    return json_response({"items": found, "next": None})
