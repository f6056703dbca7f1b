"""HTTP API of gatherings: planning, publishing, changing, calling off, the lottery, calendars."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Key, Limit
from chassis.storage.pagination import Cursor
from chassis.text.languages import pick
from chassis.text.text_types import Changes
from contracts.registration import GatheringKind as Kind
from contracts.registration import Mode
from services.registration.gathering_series.schemas import Copy, Repetition
from services.registration.gatherings.calendar import MEDIA_TYPE, feed, single
from services.registration.gatherings.gatherings import cursor_of
from services.registration.gatherings.visibility import listed_for
from services.registration.permissions import Coordinator, Public, PublicOrStaff
from services.registration.planning.schemas import Cancellation, GatheringDraft
from services.registration.requests import default_language, ok, repeatable
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1")


@router.post("/{tenant}/gatherings")
async def draft(request: Request, caller: Coordinator, body: GatheringDraft, key: Key = None) -> Response:
    services = get_services(request)
    language = await default_language(services, caller)
    once = repeatable(request, key, body)
    answer, replayed = await services.planning.draft(caller.scope, body, language, once)
    return json_response(answer, 201, replayed)


@router.post("/{tenant}/gatherings/{id}/publication")
async def publish(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    services = get_services(request)
    return json_response(*ok(await services.planning.publish(caller.scope, id, repeatable(request, key))))


@router.post("/{tenant}/gatherings/{id}/cancellation")
async def call_off(request: Request, caller: Coordinator, id: str, body: Cancellation, key: Key = None) -> Response:
    services = get_services(request)
    once = repeatable(request, key, body)
    return json_response(*ok(await services.planning.cancel(caller.scope, id, body, once)))


@router.patch("/{tenant}/gatherings/{id}")
async def change(request: Request, caller: Coordinator, id: str, body: Changes, key: Key = None) -> Response:
    """Any field of a draft; what is missing stays."""
    services = get_services(request)
    language = await default_language(services, caller)
    once = repeatable(request, key, body)
    return json_response(*ok(await services.planning.change(caller.scope, id, body, language, once)))


@router.post("/{tenant}/gatherings/{id}/draw")
async def draw(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    services = get_services(request)
    return json_response(*ok(await services.planning.draw(caller.scope, id, repeatable(request, key))))


@router.post("/{tenant}/gatherings/{id}/preview")
async def preview(request: Request, caller: Coordinator, id: str, body: Changes) -> Response:
    """What a change would do: which fields, how many groups are told, how many are offered seats. Stores nothing."""
    services = get_services(request)
    language = await default_language(services, caller)
    return json_response(await services.planning.preview(caller.scope, id, body, language))


@router.post("/{tenant}/gatherings/{id}/copy")
async def copy(request: Request, caller: Coordinator, id: str, body: Copy, key: Key = None) -> Response:
    """A draft like this one at another time."""
    services = get_services(request)
    language = await default_language(services, caller)
    once = repeatable(request, key, body)
    answer, replayed = await services.series.copy(caller.scope, id, body, language, once)
    return json_response(answer, 201, replayed)


@router.post("/{tenant}/gatherings/{id}/series")
async def repeat(request: Request, caller: Coordinator, id: str, body: Repetition, key: Key = None) -> Response:
    """Drafts of all further gatherings of a series that begins with this one."""
    services = get_services(request)
    answer, replayed = await services.series.repeat(caller.scope, id, body, repeatable(request, key, body))
    return json_response(answer, 201, replayed)


@router.post("/{tenant}/series/{id}/publication")
async def publish_series(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    """Publish all drafts of a series."""
    services = get_services(request)
    return json_response(*ok(await services.series.publish(caller.scope, id, repeatable(request, key))))


@router.get("/{tenant}/gatherings.ics")
async def calendar_feed(request: Request, caller: Public, language: Filter = "de") -> Response:
    """A calendar to subscribe to: what is coming, and what was cancelled."""
    services = get_services(request)
    found = await services.gatherings.for_calendar(caller.scope, services.clock.now())
    facts = await services.tenant_registry.tenant(caller.scope.tenant) or {}
    name = pick(facts["name"], language)[0]
    return Response(feed(found, name, language, services.public_url, services.clock.now()), media_type=MEDIA_TYPE)


@router.get("/{tenant}/gatherings/{id}.ics")
async def calendar_file(request: Request, caller: Public, id: str, language: Filter = "de") -> Response:
    services = get_services(request)
    found = await services.gatherings.known(caller.scope, id, services.clock.now())
    return Response(single(found, language, services.public_url, services.clock.now()), media_type=MEDIA_TYPE)


@router.get("/{tenant}/gatherings")
async def gatherings(
    request: Request,
    caller: PublicOrStaff,
    limit: Limit = 100,
    cursor: Cursor = None,
    kind: Kind | None = None,
    mode: Mode | None = None,
    support: Filter | None = None,
) -> Response:
    """What has not ended, in the order of the ends. What is not for residents is listed for staff alone."""
    services = get_services(request)
    filters = {name: value for name, value in (("kind", kind), ("mode", mode), ("support", support)) if value}
    open_to = await listed_for(services, caller)
    found = await services.gatherings.published(
        caller.scope, services.clock.now(), limit + 1, cursor, open_to=open_to, filters=filters
    )
    following = cursor_of(found[limit - 1]) if len(found) > limit else None
    return json_response({"items": found[:limit], "next": following})


@router.get("/{tenant}/gatherings/{id}")
async def gathering(request: Request, caller: Public, id: str) -> Response:
    services = get_services(request)
    return json_response(await services.gatherings.one(caller.scope, id, services.clock.now()))
