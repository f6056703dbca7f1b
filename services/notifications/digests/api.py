"""HTTP of what staff choose for themselves."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from services.notifications.digests.schemas import PreferencesBody, ShownPreferences
from services.notifications.permissions import Desk
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/v1/{tenant}/preferences", tags=["settings"])


@router.get("", response_model=ShownPreferences, summary="How I am told", **refusals("no-address"))
async def preferences(request: Request, caller: Desk) -> dict[str, Any]:
    """Of who is signed in: each kind of message for staff, at once, together or never."""
    return await get_services(request).preferences.show(caller)


@router.put("", response_model=ShownPreferences, summary="Change how I am told")
async def save(request: Request, caller: Desk, body: PreferencesBody) -> dict[str, Any]:
    """For who is signed in, in place of what they chose before."""
    return await get_services(request).preferences.save(caller, body)
