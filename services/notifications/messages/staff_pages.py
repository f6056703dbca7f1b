"""Pages for staff: what became of the messages, and letters to print."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from chassis.pages.forms import Form
from services.notifications.permissions import Desk
from services.notifications.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/notifications/{tenant}", include_in_schema=False)

NEWEST = 200
PURPOSE = "messages"


@router.get("/")
async def messages(request: Request, caller: Desk) -> Response:
    """The newest messages without their recipients, and how many people are to be called."""
    page = await staff_page(request, caller)
    return await _messages(page, page.form(PURPOSE))


async def _messages(page: StaffPage, form: Form, status: int = 200) -> Response:
    return page.render(
        "staff/messages.html",
        status,
        messages=await page.services.messages.newest(page.scope, NEWEST),
        calls=await page.services.calls.repository.count(page.scope, page.now),
        letters=len(await page.services.letters.waiting(page.scope)),
        form=form,
    )
