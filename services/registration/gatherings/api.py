"""HTTP API of gatherings as everybody sees them, and as calendars."""

from __future__ import annotations

from asyncio import to_thread

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Limit
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor
from chassis.text.languages import pick
from contracts.registration import GatheringKind as Kind
from contracts.registration import Mode
from services.registration.gatherings.calendar import MEDIA_TYPE, feed, single
from services.registration.gatherings.gatherings import cursor_of
from services.registration.gatherings.schemas import GatheringResponse
from services.registration.gatherings.visibility import listed_for
from services.registration.permissions import Public, PublicOrStaff
from services.registration.response_models import Page, file_of
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1")


@router.get("/{tenant}/gatherings.ics", response_class=Response, **file_of(MEDIA_TYPE))
async def get_calendar_feed(request: Request, caller: Public, language: Filter = "de", of: Filter = "") -> Response:
    """A calendar to subscribe to: what is coming, and what was cancelled. `of`: the id of a series, or of one gathering with all its
    meetings."""
    services = get_services(request)
    gatherings = await services.gatherings.list_for_calendar(caller.scope, services.clock.now(), of)
    facts = await services.tenant_registry.tenant(caller.scope.tenant) or {}
    name = pick(facts["name"], language)[0]
    if of:
        name = f"{pick(gatherings[0]['title'], language)[0]} · {name}"
    content = await to_thread(feed, gatherings, name, language, services.public_url, services.clock.now())
    return Response(content, media_type=MEDIA_TYPE)


@router.get("/{tenant}/gatherings/{id}.ics", response_class=Response, **file_of(MEDIA_TYPE))
async def get_calendar_file(request: Request, caller: Public, id: str, language: Filter = "de") -> Response:
    """A gathering as a file for calendars."""
    services = get_services(request)
    gathering = await services.gatherings.get_for_participants(caller.scope, id, services.clock.now())
    return Response(single(gathering, language, services.public_url, services.clock.now()), media_type=MEDIA_TYPE)


@router.get("/{tenant}/gatherings", response_model=Page[GatheringResponse])
async def list_gatherings(
    request: Request,
    caller: PublicOrStaff,
    limit: Limit = 100,
    cursor: Cursor = None,
    kind: Kind | None = None,
    mode: Mode | None = None,
    support: Filter | None = None,
) -> Response:
    """List gatherings that have not ended, in the order of their ends. What is not for residents is listed for staff alone."""
    services = get_services(request)
    filters = {name: value for name, value in (("kind", kind), ("mode", mode), ("support", support)) if value}
    open_to = await listed_for(services, caller)
    gatherings = await services.gatherings.list_published(
        caller.scope, services.clock.now(), limit + 1, cursor, open_to=open_to, filters=filters
    )
    following = cursor_of(gatherings[limit - 1]) if len(gatherings) > limit else None
    return json_response({"items": gatherings[:limit], "next": following})


@router.get("/{tenant}/gatherings/{id}", response_model=GatheringResponse)
async def get_gathering(request: Request, caller: Public, id: str) -> Response:
    """A published gathering, with its seats as of now."""
    services = get_services(request)
    return json_response(await services.gatherings.get(caller.scope, id, services.clock.now()))
