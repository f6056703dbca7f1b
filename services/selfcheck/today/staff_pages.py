"""The page of what is due with self-checks and measures; the page of the day in registration takes its lists from here."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from services.selfcheck.permissions import Coordinator
from services.selfcheck.staff_page import staff_page

router = APIRouter(prefix="/selfcheck/{tenant}", include_in_schema=False)


@router.get("/today")
async def show_today(request: Request, caller: Coordinator) -> Response:
    page = await staff_page(request, caller)
    return page.render("staff/today.html", today=await page.services.today.get(page.scope))
