"""HTTP of what is due with calls, letters and mail."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.routing import APIRouter
from programme.today import Today
from services.notifications.permissions import Desk
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/v1/{tenant}", tags=["today"])


@router.get("/today", response_model=Today, summary="What is due, and what was done last")
async def get_today(request: Request, caller: Desk) -> Response:
    """Get the calls, letters and mails that wait for staff, and the calls and letters that were done last."""
    today = await get_services(request).today.get(caller.scope)
    return json_response(today.model_dump(mode="json"))
