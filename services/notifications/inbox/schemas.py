"""Mail of people as the API tells it, and answers as they are taken."""

from typing import Annotated

from chassis.http.base_schemas import Language, RequestModel, ResponseModel
from chassis.text.text_types import text
from services.notifications.inbox.documents import MailState
from services.notifications.shown_time import ShownTime


class AnswerToMail(RequestModel):
    text: Annotated[str, text(5_000, prose=True)]
    language: Language = "de"


class ShownInboxMail(ResponseModel):
    """`email`: null where it names no sender that could be answered; `cut`: its text goes on; `attachments`: how many were thrown away;
    `automatic`: a program answered, such as an out-of-office reply."""

    id: str
    state: MailState
    at: ShownTime
    name: str
    email: str | None = None
    subject: str
    text: str
    cut: bool
    attachments: int
    automatic: bool
    answer: str | None = None


class InboxPage(ResponseModel):
    items: list[ShownInboxMail]
    next: str | None = None


class InboxMailState(ResponseModel):
    id: str
    state: MailState
