"""HTTP of mails that came back."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.base_schemas import Limit
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor, page
from services.notifications.permissions import Desk
from services.notifications.returned.schemas import AnsweredReturnedMail, ReturnedMailAnswer, ReturnedPage
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/v1/{tenant}/returned-mails", tags=["messages"])


@router.get("", response_model=ReturnedPage, summary="Mails that came back")
async def list_returned_mails(
    request: Request, caller: Desk, limit: Limit = 50, cursor: Cursor = None, avoided: bool = False
) -> dict[str, Any]:
    """List the returned mails that nobody has dealt with yet, the newest first. `avoided`: those that were seen, to whose addresses
    nothing optional goes until one of them is answered with `right`."""
    mails = await get_services(request).returned.list_newest(caller.scope, cursor, limit + 1, avoided=avoided)
    return page(mails, limit, "id")


@router.post("/{id}/answer", response_model=AnsweredReturnedMail, summary="Look after a mail that came back")
async def answer_returned_mail(request: Request, caller: Desk, id: str, body: ReturnedMailAnswer) -> dict[str, Any]:
    """Record a clerk's answer to a returned mail. With `right` mails go to the address again, this one too if it reached nobody yet.
    Repeating it changes nothing."""
    return await get_services(request).returned.answer(caller.scope, id, body.answer)
