"""HTTP API of the door: check-in by code or id, people who come unannounced, who was there in the end."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Key
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from chassis.identity.sessions import SESSION_COOKIE
from services.registration.desk.schemas import AT_THE_DOOR, Arrival, Arrivals, Attendance, CheckedIn, KeptList
from services.registration.http import ok, read_idempotency_key
from services.registration.permissions import Desk
from services.registration.registrations.schemas import Registered, WalkIn
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1")


@router.get("/{tenant}/gatherings/{id}/arrivals", response_model=Arrivals)
async def get_arrivals(request: Request, caller: Desk, id: str, meeting: Filter = "") -> Response:
    """Count at the door: groups and people here, expected, missing. `meeting`: of several; without it the one people come to now."""
    services = get_services(request)
    counts = await services.door.counts(caller.scope, id, services.clock.now(), meeting)
    return json_response({key: value for key, value in counts.items() if key != "newest"})


@router.get("/{tenant}/gatherings/{id}/door-list", response_model=KeptList)
async def get_door_list(request: Request, caller: Desk, id: str) -> Response:
    """List whoever has seats, for a door that may lose its network: kept locked with `key`, no longer than `until`."""
    services = get_services(request)
    sign_in = request.cookies.get(SESSION_COOKIE) or request.headers.get("Authorization", "")
    return json_response(await services.door_list.get(caller.scope, id, sign_in, services.clock.now()))


@router.post("/{tenant}/gatherings/{id}/arrivals", response_model=CheckedIn, **refusals(*AT_THE_DOOR))
async def check_in(request: Request, caller: Desk, id: str, body: Arrival, key: Key = None) -> Response:
    """Check in a group. Send it again with the same key until it is answered: it counts once."""
    idempotency_key = read_idempotency_key(request, key, body)
    return json_response(*ok(await get_services(request).door.check_in(caller.scope, id, body, idempotency_key)))


@router.post(
    "/{tenant}/gatherings/{id}/walk-ins",
    status_code=201,
    response_model=Registered,
    **refusals("gathering-cancelled", "no-room", "not-drawn", "not-open", "over", "support-full"),
)
async def walk_in(request: Request, caller: Desk, id: str, body: WalkIn, key: Key = None) -> Response:
    """Register and check in a group that came unannounced, if all of it finds a seat."""
    answer, replayed = await get_services(request).door.walk_in(
        caller, id, body, read_idempotency_key(request, key, body)
    )
    return json_response(answer, 201, replayed)


@router.post(
    "/{tenant}/gatherings/{id}/attendance", response_model=Attendance, **refusals("gathering-cancelled", "not-over")
)
async def close_attendance(request: Request, caller: Desk, id: str, key: Key = None) -> Response:
    """Tell the other services who was there and who did not come; after the end."""
    return json_response(
        *ok(await get_services(request).door.close(caller.scope, id, read_idempotency_key(request, key)))
    )
