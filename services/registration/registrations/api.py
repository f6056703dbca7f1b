"""HTTP API of registrations: signing up, how one stands, changing it, its link."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from services.registration.desk.schemas import AT_THE_DOOR, Arrival, CheckedIn, Here
from services.registration.http import ok, read_idempotency_key
from services.registration.permissions import Desk, DeskOrHolder, Registrant
from services.registration.registrations.registering import Transition
from services.registration.registrations.schemas import (
    AddressCode,
    AddressConfirmed,
    Changed,
    NewLink,
    NewRegistration,
    Reassignment,
    Registered,
    RegistrationChange,
    RegistrationResponse,
)
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1")


@router.post(
    "/{tenant}/gatherings/{id}/registrations",
    status_code=201,
    response_model=Registered,
    **refusals("closed", "list-full", "not-open", "not-open-yet", "too-many-unconfirmed"),
)
async def register(request: Request, caller: Registrant, id: str, body: NewRegistration, key: Key = None) -> Response:
    """Sign a group up: it gets its seats together, waits together, or is offered them later."""
    services = get_services(request)
    answer, replayed = await services.registering.register(caller, id, body, read_idempotency_key(request, key, body))
    return json_response(answer, 201, replayed)


@router.get("/{tenant}/registrations/{id}", response_model=RegistrationResponse)
async def get_registration(request: Request, caller: DeskOrHolder, id: str) -> Response:
    """How a registration stands, for its holder and the desk."""
    return json_response(await get_services(request).registrations.get(caller, id))


@router.patch(
    "/{tenant}/registrations/{id}",
    response_model=RegistrationResponse,
    **refusals(
        "changed-meanwhile", "closed", "gathering-cancelled", "no-room", "not-registered", "over", "support-full"
    ),
)
async def change_registration(
    request: Request, caller: DeskOrHolder, id: str, body: RegistrationChange, key: Key = None
) -> Response:
    """Change what is given: name, contact, language, party, support. A larger group only if it fits."""
    services = get_services(request)
    return json_response(*ok(await services.changes.change(caller, id, body, read_idempotency_key(request, key, body))))


@router.post("/{tenant}/registrations/{id}/address", response_model=AddressConfirmed)
async def confirm_address(request: Request, caller: Registrant, id: str, body: AddressCode) -> Response:
    """The code from the mail to a new address: from now on messages go there."""
    return json_response(await get_services(request).confirmation.confirm_address(caller.scope, id, body.code))


@router.post("/{tenant}/registrations/{id}/link", response_model=NewLink)
async def create_new_link(request: Request, caller: Desk, id: str, key: Key = None) -> Response:
    """A new link for its holder; those that are out open nothing any more."""
    services = get_services(request)
    return json_response(*ok(await services.changes.renew_link(caller, id, read_idempotency_key(request, key))))


@router.post("/{tenant}/registrations/{id}/arrival", response_model=CheckedIn, **refusals(*AT_THE_DOOR))
async def check_in(request: Request, caller: Desk, id: str, body: Here | None = None, key: Key = None) -> Response:
    """Check in, or so many of the group; 0 takes it back."""
    services = get_services(request)
    gathering = (await services.registrations.get(caller, id))["gathering"]
    arrival = Arrival(registration_id=id, people=body.people if body else None)
    return json_response(
        *ok(await services.door.check_in(caller.scope, gathering, arrival, read_idempotency_key(request, key, body)))
    )


@router.post(
    "/{tenant}/registrations/{id}/reassignment",
    response_model=Changed,
    **refusals("gathering-cancelled", "not-registered", "over"),
)
async def reassign(request: Request, caller: Desk, id: str, body: Reassignment, key: Key = None) -> Response:
    """Enter for which kept seats the group counts, or the code it came by. What stood there before is told to nobody."""
    services = get_services(request)
    return json_response(
        *ok(await services.reassignments.reassign(caller, id, body, read_idempotency_key(request, key, body)))
    )


@router.post(
    "/{tenant}/registrations/{id}/{kind}",
    response_model=Changed,
    **refusals("call-first", "gathering-cancelled", "no-offer", "no-seat", "not-registered", "over"),
)
async def change_status(request: Request, caller: DeskOrHolder, id: str, kind: Transition, key: Key = None) -> Response:
    """Confirm the address, cancel, accept an offer, say once more that one comes. Repeating it changes nothing."""
    services = get_services(request)
    return json_response(
        *ok(await services.registering.transition(caller, id, kind, read_idempotency_key(request, key)))
    )
