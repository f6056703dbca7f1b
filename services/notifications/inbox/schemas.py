"""Request and response models of the inbox."""

from typing import Annotated

from chassis.http.base_schemas import Language, RequestModel, ResponseModel
from chassis.text.text_types import text
from services.notifications.inbox.documents import MailState
from services.notifications.shown_time import ShownTime


class AnswerToMail(RequestModel):
    """An answer to send. `language`: of the mail's closing words and link."""

    text: Annotated[str, text(5_000, prose=True)]
    language: Language = "de"


class InboxMailResponse(ResponseModel):
    """A mail from somebody. `email`: null where it names no sender that could be answered; `cut`: its text goes on; `attachments`: how many were
    thrown away; `automatic`: an automatic reply, such as out of office."""

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
    items: list[InboxMailResponse]
    next: str | None = None


class InboxMailState(ResponseModel):
    id: str
    state: MailState
