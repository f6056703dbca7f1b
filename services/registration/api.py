"""HTTP API of registration: translates, decides nothing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from chassis.audience import Audience, Caller
from chassis.idempotency import Request as Repeatable
from chassis.pagination import Cursor, page
from chassis.problems import not_found
from chassis.web import json_response
from services.registration.calendar import MEDIA_TYPE, calendar
from services.registration.parts import Registration
from services.registration.registrations import Transition
from services.registration.schemas import (
    Application,
    Cancellation,
    Decision,
    ErasureRequest,
    GatheringDraft,
    Membership,
    NewRegistration,
)

router = APIRouter(prefix="/registration/v1")

Office = Annotated[Caller, Audience("programme_office")]
Coordinator = Annotated[Caller, Audience("coordinator")]
Desk = Annotated[Caller, Audience("coordinator", "intake")]
Anyone = Annotated[Caller, Audience(public=True)]
Registrant = Annotated[Caller, Audience("coordinator", "intake", public=True, limited=True)]
Applicant = Annotated[Caller, Audience("programme_office", public=True, limited=True)]
Holder = Annotated[Caller, Audience("coordinator", "intake", link=True)]
Keeper = Annotated[Caller, Audience("coordinator", link=True)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
Limit = Annotated[int, Query(ge=1, le=500)]


def _parts(request: Request) -> Registration:
    parts: Registration = request.app.state.registration
    return parts


def _repeatable(parts: Registration, request: Request, key: str | None, body: Any) -> Repeatable:
    return Repeatable.of(parts.secrets, f"{request.method} {request.url.path}", key, body)


# First, because routes are tried in order, and this is the one that people crowd at.
@router.post("/{tenant}/gatherings/{id}/registrations")
async def register(request: Request, caller: Registrant, id: str, body: NewRegistration, key: Key = None) -> Response:
    parts = _parts(request)
    answer, replayed = await parts.registrations.register(caller, id, body, _repeatable(parts, request, key, body))
    return json_response(answer, 201, replayed)


@router.post("/municipalities")
async def apply(request: Request, caller: Applicant, body: Application, key: Key = None) -> Response:
    parts = _parts(request)
    answer, replayed = await parts.municipalities.apply(body, _repeatable(parts, request, key, body), parts.clock.now())
    return json_response(answer, 201, replayed)


@router.post("/municipalities/{slug}/decision")
async def decide(request: Request, caller: Office, slug: str, body: Decision, key: Key = None) -> Response:
    parts = _parts(request)
    repeatable = _repeatable(parts, request, key, body)
    answer, replayed = await parts.municipalities.decide(slug, body, repeatable, parts.clock.now())
    return json_response(answer, 200, replayed)


@router.get("/municipalities")
async def municipalities(request: Request, caller: Anyone, limit: Limit = 100, cursor: Cursor = None) -> Response:
    return json_response(page(await _parts(request).municipalities.admitted(limit + 1, cursor), limit, "slug"))


@router.put("/{tenant}/membership/{district}")
async def set_membership(request: Request, caller: Office, district: str, body: Membership) -> Response:
    parts = _parts(request)
    return json_response(await parts.municipalities.set_membership(caller.scope, district, body, parts.clock.now()))


@router.post("/{tenant}/gatherings")
async def draft(request: Request, caller: Coordinator, body: GatheringDraft, key: Key = None) -> Response:
    parts = _parts(request)
    language = await _default_language(parts, caller)
    repeatable = _repeatable(parts, request, key, body)
    answer, replayed = await parts.gatherings.draft(caller.scope, body, language, repeatable, parts.clock.now())
    return json_response(answer, 201, replayed)


@router.post("/{tenant}/gatherings/{id}/publication")
async def publish(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    parts = _parts(request)
    return json_response(
        *_ok(
            await parts.gatherings.publish(caller.scope, id, _repeatable(parts, request, key, None), parts.clock.now())
        )
    )


@router.post("/{tenant}/gatherings/{id}/cancellation")
async def call_off(request: Request, caller: Coordinator, id: str, body: Cancellation, key: Key = None) -> Response:
    parts = _parts(request)
    repeatable = _repeatable(parts, request, key, body)
    return json_response(*_ok(await parts.gatherings.cancel(caller.scope, id, body, repeatable, parts.clock.now())))


@router.patch("/{tenant}/gatherings/{id}")
async def change(request: Request, caller: Coordinator, id: str, body: dict[str, Any], key: Key = None) -> Response:
    """Any field of a draft; what is missing stays."""
    parts = _parts(request)
    language = await _default_language(parts, caller)
    repeatable = _repeatable(parts, request, key, body)
    return json_response(*_ok(await parts.gatherings.change(caller.scope, id, body, language, repeatable)))


@router.post("/{tenant}/gatherings/{id}/draw")
async def draw(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    parts = _parts(request)
    return json_response(*_ok(await parts.gatherings.draw(caller.scope, id, _repeatable(parts, request, key, None))))


@router.get("/{tenant}/gatherings.ics")
async def feed(request: Request, caller: Anyone, language: str = "de") -> Response:
    """A calendar to subscribe to: what is coming, and what was cancelled."""
    parts = _parts(request)
    found = await parts.gatherings.for_calendar(caller.scope, parts.clock.now())
    return Response(calendar(found, language, parts.public_url, parts.clock.now()), media_type=MEDIA_TYPE)


@router.get("/{tenant}/gatherings/{id}.ics")
async def calendar_file(request: Request, caller: Anyone, id: str, language: str = "de") -> Response:
    parts = _parts(request)
    found = await parts.gatherings.known(caller.scope, id, parts.clock.now())
    return Response(calendar([found], language, parts.public_url, parts.clock.now()), media_type=MEDIA_TYPE)


@router.get("/{tenant}/gatherings")
async def gatherings(request: Request, caller: Anyone, limit: Limit = 100, cursor: Cursor = None) -> Response:
    parts = _parts(request)
    return json_response(
        page(await parts.gatherings.published(caller.scope, parts.clock.now(), limit + 1, cursor), limit, "id")
    )


@router.get("/{tenant}/gatherings/{id}")
async def gathering(request: Request, caller: Anyone, id: str) -> Response:
    parts = _parts(request)
    return json_response(await parts.gatherings.one(caller.scope, id, parts.clock.now()))


@router.get("/{tenant}/gatherings/{id}/registrations")
async def listed(request: Request, caller: Desk, id: str, limit: Limit = 100, cursor: Cursor = None) -> Response:
    return json_response(
        page(await _parts(request).registrations.listed(caller.scope, id, limit + 1, cursor), limit, "id")
    )


@router.get("/{tenant}/registrations/{id}")
async def registration(request: Request, caller: Holder, id: str) -> Response:
    return json_response(await _parts(request).registrations.one(caller, id))


@router.post("/{tenant}/registrations/{id}/{kind}")
async def transition(request: Request, caller: Holder, id: str, kind: Transition, key: Key = None) -> Response:
    parts = _parts(request)
    return json_response(
        *_ok(await parts.registrations.transition(caller, id, kind, _repeatable(parts, request, key, None)))
    )


@router.post("/{tenant}/erasures")
async def erase(request: Request, caller: Keeper, body: ErasureRequest) -> Response:
    """Asking again changes nothing, with or without a key."""
    answer, replayed = await _parts(request).erasures.begin(caller, body.person_id)
    return json_response(answer, 201, replayed)


@router.get("/{tenant}/erasures/{id}")
async def certificate(request: Request, caller: Keeper, id: str) -> Response:
    return json_response(await _parts(request).erasures.certificate(caller, id))


@router.get("/{tenant}/people/{id}/export")
async def export(request: Request, caller: Keeper, id: str) -> Response:
    return json_response(await _parts(request).people.export(caller, id))


async def _default_language(parts: Registration, caller: Caller) -> str:
    tenant = await parts.directory.tenant(caller.scope.tenant)
    if tenant is None:
        raise not_found("municipality")
    language: str = tenant["languages"][0]
    return language


def _ok(result: tuple[Any, bool]) -> tuple[Any, int, bool]:
    answer, replayed = result
    return answer, 200, replayed
