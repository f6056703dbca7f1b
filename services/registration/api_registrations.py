"""HTTP API of registrations: signing up, standing, transitions, the list of a gathering."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from chassis.pagination import Cursor, page
from chassis.web import json_response
from services.registration.registrations import Transition
from services.registration.routes import Desk, Holder, Key, Limit, Registrant, ok, parts_of, repeatable
from services.registration.schemas import Arrival, Here, NewRegistration

router = APIRouter(prefix="/registration/v1")


@router.post("/{tenant}/gatherings/{id}/registrations")
async def register(request: Request, caller: Registrant, id: str, body: NewRegistration, key: Key = None) -> Response:
    parts = parts_of(request)
    answer, replayed = await parts.registrations.register(caller, id, body, repeatable(request, key, body))
    return json_response(answer, 201, replayed)


@router.get("/{tenant}/gatherings/{id}/registrations")
async def listed(request: Request, caller: Desk, id: str, limit: Limit = 100, cursor: Cursor = None) -> Response:
    return json_response(
        page(await parts_of(request).registrations.listed(caller.scope, id, limit + 1, cursor), limit, "id")
    )


@router.get("/{tenant}/registrations/{id}")
async def registration(request: Request, caller: Holder, id: str) -> Response:
    return json_response(await parts_of(request).registrations.one(caller, id))


@router.post("/{tenant}/registrations/{id}/arrival")
async def arrival(request: Request, caller: Desk, id: str, body: Here | None = None, key: Key = None) -> Response:
    """Check in, or so many of the group; 0 takes it back."""
    parts = parts_of(request)
    gathering = (await parts.registrations.one(caller, id))["gathering"]
    told = Arrival(registration_id=id, people=body.people if body else None)
    return json_response(*ok(await parts.door.check_in(caller.scope, gathering, told, repeatable(request, key, body))))


@router.post("/{tenant}/registrations/{id}/{kind}")
async def transition(request: Request, caller: Holder, id: str, kind: Transition, key: Key = None) -> Response:
    parts = parts_of(request)
    return json_response(*ok(await parts.registrations.transition(caller, id, kind, repeatable(request, key))))
