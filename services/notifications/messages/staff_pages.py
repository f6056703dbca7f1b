"""Pages for staff: what became of the messages, and letters to print."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from fastapi import APIRouter, Request, Response

from chassis.pages.forms import Form, answer_form
from services.notifications.letters.letters import MOST
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


@router.post("/posted")
async def posted(request: Request, caller: Desk) -> Response:
    """These letters were printed and are in the post."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)

    async def act() -> str:
        await page.services.letters.printed(page.scope, form.chosen("letter")[:MOST])
        return page.home

    return await answer_form(form, act, partial(_messages, page))


async def _messages(page: StaffPage, form: Form, status: int = 200) -> Response:
    letters = await page.services.letters.waiting(page.scope)
    return page.render(
        "staff/messages.html",
        status,
        messages=await page.services.messages.newest(page.scope, NEWEST),
        calls=await page.services.calls.repository.count(page.scope),
        letters=[{**one, "at": datetime.fromisoformat(one["at"])} for one in letters],
        form=form,
    )
