"""HTTP API of staff: who holds which role in a municipality."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from chassis.http.app import json_response
from chassis.text.text_types import EmailAddress
from services.registration.municipalities.schemas_settings import StaffRoles
from services.registration.permissions import Coordinator
from services.registration.routes import parts_of

router = APIRouter(prefix="/registration/v1/{tenant}/staff")

Email = Annotated[EmailAddress, Path()]


@router.get("")
async def listed(request: Request, caller: Coordinator) -> Response:
    return json_response({"items": await parts_of(request).administration.staff.listed(caller.scope), "next": None})


@router.put("/{email}")
async def grant(request: Request, caller: Coordinator, email: Email, body: StaffRoles) -> Response:
    """Exactly these roles from now on; whoever is new is invited by mail."""
    return json_response(await parts_of(request).administration.staff.grant(caller.scope, email, body))


@router.delete("/{email}")
async def revoke(request: Request, caller: Coordinator, email: Email) -> Response:
    return json_response(await parts_of(request).administration.staff.revoke(caller.scope, email))
