"""HTTP API of a municipality's profile and crest."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.routing import APIRouter
from services.registration.permissions import Anybody, Coordinator, CoordinatorOrProgrammeOffice
from services.registration.services import get_services
from services.registration.settings.schemas import ProfileChange, ProfileResponse

router = APIRouter(prefix="/registration/v1/{tenant}")

_BYTES = {"schema": {"type": "string", "format": "binary"}}
PICTURE = {"requestBody": {"required": True, "content": {"image/svg+xml": _BYTES, "image/png": _BYTES}}}
"""The body is read as it comes; this says what it may be."""


@router.get("/profile", response_model=ProfileResponse)
async def profile(request: Request, caller: Anybody) -> Response:
    """Everything the public may know of a municipality."""
    return json_response(await get_services(request).profiles.get_public(caller.scope))


@router.patch("/profile", response_model=ProfileResponse)
@router.put("/profile", response_model=ProfileResponse, operation_id="replace_profile_fields")
async def change(request: Request, caller: CoordinatorOrProgrammeOffice, body: ProfileChange) -> Response:
    """Fields that are sent are set, the others stay."""
    by_office = "programme_office" in caller.roles
    return json_response(await get_services(request).profiles.change(caller.scope, body, by_office))


@router.put("/profile/crest", response_model=ProfileResponse, openapi_extra=PICTURE)
async def set_crest(request: Request, caller: Coordinator) -> Response:
    """The body is the picture itself, SVG or PNG."""
    return json_response(await get_services(request).profiles.set_crest(caller.scope, await request.body()))


@router.delete("/profile/crest", response_model=ProfileResponse)
async def remove_crest(request: Request, caller: Coordinator) -> Response:
    """Show no crest any more."""
    return json_response(await get_services(request).profiles.set_crest(caller.scope, None))
