"""HTTP API of districts and their members, over time."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from chassis.http.app import json_response
from chassis.http.permissions import ANY_STAFF, Caller, Permission
from services.registration.routes import Anyone, Office, parts_of
from services.registration.schemas import Membership

router = APIRouter(prefix="/registration/v1/{tenant}")

StaffOrOffice = Annotated[Caller, Permission(*ANY_STAFF, "programme_office")]
Day = Annotated[date | None, Query()]


@router.put("/membership/{district}")
async def set_membership(request: Request, caller: Office, district: str, body: Membership) -> Response:
    """A time that overlaps one said before corrects it; both stay in the history."""
    parts = parts_of(request)
    municipalities, now = parts.administration.municipalities, parts.clock.now()
    return json_response(await municipalities.set_membership(caller.scope, district, body, now))


@router.delete("/membership/{district}")
async def withdraw(request: Request, caller: Office, district: str, valid_from: date) -> Response:
    """A mistake is taken back; its entry stays in the history."""
    parts = parts_of(request)
    await parts.administration.municipalities.withdraw(caller.scope, district, valid_from, parts.clock.now())
    return Response(status_code=204)


@router.get("/memberships")
async def memberships(request: Request, caller: StaffOrOffice) -> Response:
    """The districts of this municipality, with what was corrected."""
    found = await parts_of(request).administration.municipalities.memberships(caller.scope)
    return json_response({"items": found, "next": None})


@router.get("/members")
async def members(
    request: Request, caller: Anyone, on: Day = None, known_at: Annotated[AwareDatetime | None, Query()] = None
) -> Response:
    """The members of this district on a day; `known_at`: as it was thought to be at that moment."""
    parts = parts_of(request)
    found = await parts.administration.municipalities.members(caller.scope, on, parts.clock.now(), known_at)
    return json_response({"items": found, "next": None})


@router.get("/members/history")
async def history(request: Request, caller: StaffOrOffice) -> Response:
    found = await parts_of(request).administration.municipalities.history(caller.scope)
    return json_response({"items": found, "next": None})
