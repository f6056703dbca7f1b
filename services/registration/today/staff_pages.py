"""The page on which coordinators and clerks begin: registration's part of the day, and the way to the other services' parts."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from services.registration.page_context import page_context
from services.registration.permissions import Desk

router = APIRouter(prefix="/registration/{tenant}", include_in_schema=False)

PARTS = (
    ("notifications", frozenset({"coordinator", "intake"})),
    ("selfcheck", frozenset({"coordinator"})),
    ("reporting", frozenset({"coordinator"})),
)
"""Services that have a page of the day of their own, and whose it is."""


@router.get("/today")
async def show_today(request: Request, caller: Desk) -> Response:
    """Works while the others are away: their parts are links, which the browser fetches."""
    page = await page_context(request, caller, staff=True)
    parts = [(name, f"/{name}/{page.scope.tenant}/today") for name, roles in PARTS if roles & caller.roles]
    return page.render("staff/today.html", today=await page.services.today.get(page.scope, page.now), parts=parts)
