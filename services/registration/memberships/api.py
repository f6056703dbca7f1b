"""HTTP API of districts and their members, over time."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from chassis.text.text_types import Day, Moment
from services.registration.memberships.schemas import MemberResponse, Membership, MembershipResponse, MembershipSet
from services.registration.permissions import ProgrammeOffice, Public, StaffOrProgrammeOffice
from services.registration.response_models import Page
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1/{tenant}")


@router.put("/membership/{district}", response_model=MembershipSet, **refusals("other-district"))
async def set_membership(request: Request, caller: ProgrammeOffice, district: str, body: Membership) -> Response:
    """A time that overlaps one said before corrects it; both stay in the history."""
    services = get_services(request)
    municipalities, now = services.municipalities, services.clock.now()
    return json_response(await municipalities.set_membership(caller.scope, district, body, now))


@router.delete("/membership/{district}", status_code=204, **refusals("no-membership"))
async def withdraw_membership(request: Request, caller: ProgrammeOffice, district: str, valid_from: Day) -> Response:
    """A mistake is taken back; its entry stays in the history."""
    services = get_services(request)
    await services.municipalities.withdraw(caller.scope, district, valid_from, services.clock.now())
    return Response(status_code=204)


@router.get("/memberships", response_model=Page[MembershipResponse])
async def list_memberships(request: Request, caller: StaffOrProgrammeOffice) -> Response:
    """The districts of this municipality, with what was corrected."""
    memberships = await get_services(request).municipalities.memberships(caller.scope)
    return json_response({"items": memberships, "next": None})


@router.get("/members", response_model=Page[MemberResponse])
async def list_members(
    request: Request, caller: Public, on: Day | None = None, known_at: Moment | None = None
) -> Response:
    """The members of this district on a day; `known_at`: as it was thought to be at that moment."""
    services = get_services(request)
    members = await services.municipalities.members(caller.scope, on, services.clock.now(), known_at)
    return json_response({"items": members, "next": None})


@router.get("/members/history", response_model=Page[MemberResponse])
async def list_member_history(request: Request, caller: StaffOrProgrammeOffice) -> Response:
    """All that was ever said of this district's members, the newest first."""
    entries = await get_services(request).municipalities.history(caller.scope)
    return json_response({"items": entries, "next": None})
