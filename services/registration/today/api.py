"""HTTP API of what is due at the desk."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.routing import APIRouter
from programme.today import Today
from services.registration.permissions import Desk
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1/{tenant}")


@router.get("/today", response_model=Today)
async def get_today(request: Request, caller: Desk) -> Response:
    """Offers that end, support to order, gatherings of the day; what was done with gatherings last."""
    services = get_services(request)
    today = await services.today.get(caller.scope, services.clock.now())
    return json_response(today.model_dump(mode="json"))
