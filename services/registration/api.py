"""HTTP API of registration: translates, decides nothing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from chassis.audience import Audience, Caller
from chassis.idempotency import Request as Repeatable
from chassis.pagination import Cursor, page
from chassis.problems import not_found
from chassis.web import json_response
from services.registration.parts import Registration
from services.registration.registrations import Transition
from services.registration.schemas import (
    Application,
    Cancellation,
    Decision,
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
    tenant = await parts.directory.tenant(caller.scope.tenant)
    if tenant is None:
        raise not_found("municipality")
    repeatable = _repeatable(parts, request, key, body)
    answer, replayed = await parts.gatherings.draft(
        caller.scope, body, tenant["languages"][0], repeatable, parts.clock.now()
    )
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


def _ok(result: tuple[Any, bool]) -> tuple[Any, int, bool]:
    answer, replayed = result
    return answer, 200, replayed
