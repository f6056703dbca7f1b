"""HTTP API of staff: who holds which role in a municipality."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request, Response

from chassis.http.app import json_response
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from chassis.storage.tenancy import of_document
from chassis.text.text_types import EmailAddress
from services.registration.permissions import Coordinator, ProgrammeOffice
from services.registration.response_models import Page
from services.registration.services import get_services
from services.registration.staff.schemas import CoordinatorAppointment, Revoked, StaffResponse, StaffRoles

router = APIRouter(prefix="/registration/v1")

Email = Annotated[EmailAddress, Path()]


@router.get("/{tenant}/staff", response_model=Page[StaffResponse])
async def list_staff(request: Request, caller: Coordinator) -> Response:
    """Everybody who holds a role in the municipality, by address."""
    return json_response({"items": await get_services(request).staff.list_all(caller.scope), "next": None})


@router.put("/{tenant}/staff/{email}", response_model=StaffResponse, **refusals("last-coordinator"))
async def grant_roles(request: Request, caller: Coordinator, email: Email, body: StaffRoles) -> Response:
    """Exactly these roles from now on; whoever is new is invited by mail."""
    return json_response(await get_services(request).staff.grant(caller.scope, email, body))


@router.delete("/{tenant}/staff/{email}", response_model=Revoked, **refusals("last-coordinator"))
async def revoke_roles(request: Request, caller: Coordinator, email: Email) -> Response:
    """Take all roles from somebody; their address is erased here and in notifications."""
    return json_response(await get_services(request).staff.revoke(caller.scope, email))


@router.put("/municipalities/{slug}/coordinator", response_model=StaffResponse, **refusals("not-a-tenant"))
async def appoint_coordinator(
    request: Request, caller: ProgrammeOffice, slug: str, body: CoordinatorAppointment
) -> Response:
    """Somebody coordinates the municipality from now on, besides those who do already; whoever is new is invited by mail."""
    services = get_services(request)
    scope = of_document({"tenant": slug})
    appointed = await services.staff.appoint(scope, body)
    await services.erasures.successor_found(scope)
    return json_response(appointed)
