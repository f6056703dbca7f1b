"""Pages for staff: the log of messages, one of them, and all about a gathering."""

from __future__ import annotations

from functools import partial

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form, answer_form
from chassis.storage.pagination import Cursor, cursor_at
from chassis.text.translations import mark
from services.notifications.domain.messages import CONTENTS
from services.notifications.messages.messages import may_be_repeated
from services.notifications.permissions import Coordinator, Desk
from services.notifications.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/notifications/{tenant}", include_in_schema=False)

ON_A_PAGE = 50
PURPOSE = "messages"
RETRIED = mark("The message is tried again from the first way on.")
SENT_BY_NEXT_CHANNEL = mark("The message takes the next way.")
STATES = ("pending", "sent", "bounced", "failed", "expired", "suppressed", "to_call", "to_post")


@router.get("/")
async def show_messages(
    request: Request, caller: Desk, status: Filter = "", kind: Filter = "", gathering: Filter = "", after: Cursor = None
) -> Response:
    """Show messages without their recipients, the newest first, and how many people are to be called."""
    page = await staff_page(request, caller)
    messages = await page.services.messages.list_newest(
        page.scope, ON_A_PAGE + 1, after, status=status, kind=kind, gathering=gathering
    )
    return page.render(
        "staff/messages.html",
        messages=messages[:ON_A_PAGE],
        next=cursor_at(messages[ON_A_PAGE - 1].id) if len(messages) > ON_A_PAGE else "",
        calls=await page.services.calls.repository.count(page.scope, page.now),
        letters=len(await page.services.letters.list_waiting(page.scope)),
        states=STATES,
        kinds=sorted(CONTENTS),
        filters={"status": status, "kind": kind, "gathering": gathering},
    )


@router.get("/messages/{id}")
async def show_message(request: Request, caller: Coordinator, id: str) -> Response:
    """Show one message: each attempt, and as it was sent."""
    page = await staff_page(request, caller)
    return await _render_message(page, id, page.form(PURPOSE))


@router.post("/messages/{id}")
async def retry_or_send_by_next_channel(request: Request, caller: Coordinator, id: str) -> Response:
    """Retry a message, or send it by another channel: by the button that was pressed."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)

    async def act() -> Response:
        log = page.services.messages
        if form.value("do") == "other-way":
            await log.send_by_next_channel(page.scope, id)
            return page.done(f"{page.home}messages/{id}", SENT_BY_NEXT_CHANNEL)
        await log.retry(page.scope, id)
        return page.done(f"{page.home}messages/{id}", RETRIED)

    return await answer_form(form, act, partial(_render_message, page, id))


@router.get("/gatherings/{id}")
async def show_informed(request: Request, caller: Desk, id: str, kind: Filter = "") -> Response:
    """Show who of a gathering has been told, who not, and why."""
    page = await staff_page(request, caller)
    return page.render("staff/told.html", informed=await page.services.informed.get(page.scope, id, kind))


async def _render_message(page: StaffPage, id: str, form: Form, status: int = 200) -> Response:
    message = await page.services.messages.get(page.scope, id)
    return page.render(
        "staff/message.html", status, message=message, may_be_repeated=may_be_repeated(message), form=form
    )
