"""HTTP API of what is due with the exchange between municipalities."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.routing import APIRouter
from programme.today import Today
from services.reporting.permissions import Coordinator
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1/{tenant}", tags=["today"])


@router.get("/today", response_model=Today, summary="What is due, and what was done last")
async def get_today(request: Request, caller: Coordinator) -> Response:
    """Practices to confirm, waves to decide on, questions without an answer, visits; what was done with practices and visits."""
    today = await get_services(request).today.get(caller.scope)
    return json_response(today.model_dump(mode="json"))
