"""HTTP of the inbox."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.clock import rfc3339
from chassis.http.base_schemas import Limit
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor, page
from services.notifications.inbox.documents import InboxMail, MailState
from services.notifications.inbox.schemas import AnswerToMail, InboxMailState, InboxPage
from services.notifications.permissions import Desk
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/v1/{tenant}/inbox", tags=["inbox"])


@router.get("", response_model=InboxPage, summary="Mail of people")
async def list_inbox_mails(
    request: Request, caller: Desk, state: MailState = "open", limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """List the mails in one state, the newest first."""
    mails = await get_services(request).inbox.list_newest(caller.scope, (state,), cursor, limit + 1)
    return page([_as_json(mail) for mail in mails], limit, "id")


@router.post("/{id}/answer", response_model=InboxMailState, summary="Answer a mail")
async def answer_inbox_mail(request: Request, caller: Desk, id: str, body: AnswerToMail) -> dict[str, Any]:
    """Send one answer in the municipality's name; a second one is refused."""
    await get_services(request).inbox.answer(caller.scope, id, body.language, body.text)
    return {"id": id, "state": "answered"}


@router.post("/{id}/done", response_model=InboxMailState, summary="Put a mail away")
async def mark_inbox_mail_done(request: Request, caller: Desk, id: str) -> dict[str, Any]:
    """Mark a mail as done: it leaves the list of open mails. Repeating it changes nothing."""
    await get_services(request).inbox.mark_done(caller.scope, id)
    return {"id": id, "state": "done"}


@router.delete("/{id}", status_code=204, summary="Delete a mail")
async def delete_inbox_mail(request: Request, caller: Desk, id: str) -> Response:
    """Delete a mail for good before its retention period ends."""
    await get_services(request).inbox.delete(caller.scope, id)
    return Response(status_code=204)


def _as_json(mail: InboxMail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "state": mail.state,
        "at": rfc3339(mail.at),
        "name": mail.name,
        "email": mail.address or None,
        "subject": mail.subject,
        "text": mail.text,
        "cut": mail.cut,
        "attachments": mail.attachments,
        "automatic": mail.automatic,
        "answer": mail.answer or None,
    }
