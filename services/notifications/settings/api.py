"""HTTP of a municipality's settings."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from services.notifications.permissions import Coordinator
from services.notifications.services import get_services
from services.notifications.settings.schemas import SenderTestResponse, SettingsBody, SettingsResponse

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


@router.post(
    "/sender/test",
    response_model=SenderTestResponse,
    summary="Send a test mail to oneself",
    **refusals("no-address", "test-not-sent"),
)
async def send_sender_test(request: Request, caller: Coordinator) -> dict[str, Any]:
    """Send a mail from the municipality's own address by its own server, where these are set, to the caller's own address: also while
    it is not proven that mails from there arrive."""
    return await get_services(request).sender_test.send(caller, "de")
