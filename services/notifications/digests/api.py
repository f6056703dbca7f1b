"""HTTP of what staff choose for themselves."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from services.notifications.digests.schemas import PreferencesBody, PreferencesResponse
from services.notifications.permissions import Desk
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/v1/{tenant}/preferences", tags=["settings"])


@router.get("", response_model=PreferencesResponse, summary="How I am told", **refusals("no-address"))
async def get_preferences(request: Request, caller: Desk) -> dict[str, Any]:
    """Get the preferences of the person who is signed in: for each kind of message to staff, at once, together or never."""
    return await get_services(request).preferences.show(caller)


@router.put("", response_model=PreferencesResponse, summary="Change how I am told")
async def replace_preferences(request: Request, caller: Desk, body: PreferencesBody) -> dict[str, Any]:
    """Replace the preferences of the person who is signed in."""
    return await get_services(request).preferences.save(caller, body)
