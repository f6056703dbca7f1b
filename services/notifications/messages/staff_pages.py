"""Pages for staff: what became of the messages, and letters to print."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response

from chassis.http.permissions import Caller
from chassis.pages.forms import Form
from chassis.pages.pages import see_other
from services.notifications.letters.letters import MOST
from services.notifications.permissions import Desk
from services.notifications.services import get_services
from services.notifications.staff_frame import home, new_form, received_form, render

router = APIRouter(prefix="/notifications/{tenant}", include_in_schema=False)

NEWEST = 200
PURPOSE = "messages"


@router.get("/")
async def messages(request: Request, caller: Desk) -> Response:
    """The newest messages without their recipients, and how many people are to be called."""
    return await _messages(request, caller, new_form(request, caller, PURPOSE))


@router.post("/posted")
async def posted(request: Request, caller: Desk) -> Response:
    """These letters were printed and are in the post."""
    form = await received_form(request, caller, PURPOSE)
    if form.ok:
        await get_services(request).letters.printed(caller.scope, form.chosen("letter")[:MOST])
        return see_other(home(caller))
    return await _messages(request, caller, form, 422)


async def _messages(request: Request, caller: Caller, form: Form, status: int = 200) -> Response:
    services = get_services(request)
    found = await services.messages.newest(caller.scope, NEWEST)
    calls = await services.calls.repository.count(caller.scope)
    letters = [{**one, "at": datetime.fromisoformat(one["at"])} for one in await services.letters.waiting(caller.scope)]
    return await render(
        request, caller, "staff/messages.html", status, messages=found, calls=calls, letters=letters, form=form
    )
