"""HTTP of a municipality's settings."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.routing import APIRouter
from services.notifications.permissions import Coordinator
from services.notifications.services import get_services
from services.notifications.settings.schemas import SettingsBody, ShownSettings

router = APIRouter(prefix="/notifications/v1/{tenant}/settings", tags=["settings"])


@router.get("", response_model=ShownSettings, summary="Settings")
async def settings(request: Request, caller: Coordinator) -> dict[str, Any]:
    """Sender, reminders, quiet hours; of secrets only whether they are set."""
    return await get_services(request).settings.show(caller.scope)


@router.put("", response_model=ShownSettings, summary="Change settings")
async def save(request: Request, caller: Coordinator, body: SettingsBody) -> dict[str, Any]:
    """Change what the body names; the rest stays as it is."""
    return await get_services(request).settings.save(caller.scope, body)


@router.post("/sender/check", response_model=ShownSettings, summary="Check the sender")
async def check(request: Request, caller: Coordinator) -> dict[str, Any]:
    """Look now whether DNS lets mails from the municipality's own address arrive."""
    return await get_services(request).settings.check_sender(caller.scope)
