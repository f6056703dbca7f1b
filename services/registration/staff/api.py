"""HTTP API of staff: who holds which role in a municipality."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from chassis.http.app import json_response
from chassis.text.text_types import EmailAddress
from services.registration.permissions import Coordinator
from services.registration.services import get_services
from services.registration.settings.schemas import StaffRoles

router = APIRouter(prefix="/registration/v1/{tenant}/staff")

Email = Annotated[EmailAddress, Path()]


@router.get("")
async def listed(request: Request, caller: Coordinator) -> Response:
    return json_response({"items": await get_services(request).staff.listed(caller.scope), "next": None})


@router.put("/{email}")
async def grant(request: Request, caller: Coordinator, email: Email, body: StaffRoles) -> Response:
    """Exactly these roles from now on; whoever is new is invited by mail."""
    return json_response(await get_services(request).staff.grant(caller.scope, email, body))


@router.delete("/{email}")
async def revoke(request: Request, caller: Coordinator, email: Email) -> Response:
    return json_response(await get_services(request).staff.revoke(caller.scope, email))
