"""The page of what is due with the exchange; the page of the day in registration takes its lists from here."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from services.reporting.http import frame, render
from services.reporting.permissions import Coordinator
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}", include_in_schema=False)


@router.get("/today")
async def show_today(request: Request, caller: Coordinator) -> Response:
    await frame(request, caller)
    return render(request, "staff/today.html", today=await get_services(request).today.get(caller.scope))
