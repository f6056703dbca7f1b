"""The page of what is due with calls, letters and mail; the page of the day in registration takes its lists from here."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from services.notifications.permissions import Desk
from services.notifications.staff_page import staff_page

router = APIRouter(prefix="/notifications/{tenant}", include_in_schema=False)


@router.get("/today")
async def show_today(request: Request, caller: Desk) -> Response:
    """Show what is due."""
    page = await staff_page(request, caller)
    return page.render("staff/today.html", today=await page.services.today.get(page.scope))
