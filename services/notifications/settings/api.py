"""HTTP of a municipality's settings."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.routing import APIRouter
from services.notifications.permissions import Coordinator
from services.notifications.services import get_services
from services.notifications.settings.schemas import SettingsBody, SettingsResponse

router = APIRouter(prefix="/notifications/v1/{tenant}/settings", tags=["settings"])


@router.get("", response_model=SettingsResponse, summary="Settings")
async def get_settings(request: Request, caller: Coordinator) -> dict[str, Any]:
    """Get sender, reminders, quiet hours and gateways; of secrets only whether they are set."""
    return await get_services(request).settings.show(caller.scope)


@router.put("", response_model=SettingsResponse, summary="Change settings")
async def change_settings(request: Request, caller: Coordinator, body: SettingsBody) -> dict[str, Any]:
    """Change what the body names; the rest stays as it is."""
    return await get_services(request).settings.save(caller.scope, body)


@router.post("/sender/check", response_model=SettingsResponse, summary="Check the sender")
async def check_sender(request: Request, caller: Coordinator) -> dict[str, Any]:
    """Check in DNS now whether mails from the municipality's own address can arrive."""
    return await get_services(request).settings.check_sender(caller.scope)
