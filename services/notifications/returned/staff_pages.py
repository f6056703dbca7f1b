"""The page of mails that came back."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.forms import Form, answer_form
from chassis.storage.pagination import Cursor, cursor_at
from chassis.text.translations import mark
from services.notifications.permissions import Desk
from services.notifications.returned.clerk_staff import Answer
from services.notifications.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/notifications/{tenant}/returned", include_in_schema=False)

ON_A_PAGE = 50
PURPOSE = "returned"
ANSWERED: dict[Answer, str] = {
    "right": mark("Noted: the address is right. Mails go there again."),
    "seen": mark("Noted: you have seen it, and it stays as it is."),
}


@router.get("")
async def show_returned_mails(request: Request, caller: Desk, after: Cursor = None, avoided: bool = False) -> Response:
    """Show whom mails do not reach, and why; `avoided`: those that were seen, to whose addresses nothing optional goes."""
    page = await staff_page(request, caller)
    return await _render_returned_mails(page, page.form(PURPOSE), after=after, avoided=avoided)


@router.post("/{id}")
async def answer_returned_mail(request: Request, caller: Desk, id: str) -> Response:
    """Record that the address is right after all, or that it stays as it is: by the button that was pressed."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)

    async def act() -> Response:
        answer: Answer = "right" if form.value("do") == "right" else "seen"
        await page.services.returned.answer(page.scope, id, answer)
        return page.done(f"{page.home}returned", ANSWERED[answer])

    return await answer_form(form, act, partial(_render_returned_mails, page))


async def _render_returned_mails(
    page: StaffPage, form: Form, status: int = 200, after: str | None = None, avoided: bool = False
) -> Response:
    returned_mails = await page.services.returned.list_newest(page.scope, after, ON_A_PAGE + 1, avoided=avoided)
    shown = [{**mail, "at": datetime.fromisoformat(mail["at"])} for mail in returned_mails[:ON_A_PAGE]]
    next_cursor = cursor_at(shown[-1]["id"]) if len(returned_mails) > ON_A_PAGE else ""
    return page.render("staff/returned.html", status, mails=shown, next=next_cursor, form=form, avoided=avoided)
