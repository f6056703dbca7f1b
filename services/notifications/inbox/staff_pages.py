"""The page of the inbox: mails with a button that copies them into registration's form, and a form for the answer."""

from __future__ import annotations

from functools import partial

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.forms import Form, answer_form
from chassis.storage.pagination import Cursor, cursor_at
from chassis.text.translations import mark
from services.notifications.inbox.documents import MailState
from services.notifications.inbox.schemas import AnswerToMail
from services.notifications.permissions import Desk
from services.notifications.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/notifications/{tenant}/inbox", include_in_schema=False)

ON_A_PAGE, GATHERINGS = 20, 8
PURPOSE = "inbox"
PUT_AWAY_STATES: tuple[MailState, ...] = ("answered", "done")
ANSWERED = mark("Your answer is on its way. The mail stands among those that were answered.")
DELETED = mark("The mail is deleted.")
PUT_AWAY = mark("The mail is put away. It stands among those that were answered.")


@router.get("")
async def show_inbox(request: Request, caller: Desk, after: Cursor = None, done: bool = False) -> Response:
    """Show the open mails, the newest first, or those that were answered or put away."""
    page = await staff_page(request, caller)
    return await _render_inbox(page, page.form(PURPOSE), after=after, done=done)


@router.post("/{id}")
async def answer_put_away_or_delete_mail(request: Request, caller: Desk, id: str) -> Response:
    """Answer, put away or delete: by the button that was pressed."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)

    async def act() -> Response:
        match form.value("do"):
            case "answer":
                body = AnswerToMail.typed(
                    {"text": form.value("text").replace("\r\n", "\n"), "language": form.value("language") or "de"}
                )
                await page.services.inbox.answer(page.scope, id, body.language, body.text)
                notice = ANSWERED
            case "delete":
                await page.services.inbox.delete(page.scope, id)
                notice = DELETED
            case _:
                await page.services.inbox.mark_done(page.scope, id)
                notice = PUT_AWAY
        return page.done(f"{page.home}inbox", notice)

    return await answer_form(form, act, partial(_render_inbox, page, opened=id))


async def _render_inbox(
    page: StaffPage, form: Form, status: int = 200, *, after: str | None = None, done: bool = False, opened: str = ""
) -> Response:
    inbox = page.services.inbox
    mails = await inbox.list_newest(page.scope, PUT_AWAY_STATES if done else ("open",), after, ON_A_PAGE + 1)
    return page.render(
        "staff/inbox.html",
        status,
        mails=mails[:ON_A_PAGE],
        next=cursor_at(mails[ON_A_PAGE - 1].id) if len(mails) > ON_A_PAGE else "",
        gatherings=await inbox.list_gatherings(page.scope, GATHERINGS),
        forward_to=page.services.inbox_mail_handler.address(page.scope.tenant),
        form=form,
        done=done,
        opened=opened,
    )
