"""HTTP API of what is due with self-checks and measures."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.routing import APIRouter
from programme.today import Today
from services.selfcheck.permissions import Coordinator
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/{tenant}", tags=["today"])


@router.get("/today", response_model=Today, summary="What is due, and what was done last")
async def get_today(request: Request, caller: Coordinator) -> Response:
    """Invitations without an answer and measures that are due; what was done with self-checks and measures."""
    today = await get_services(request).today.get(caller.scope)
    return json_response(today.model_dump(mode="json"))
