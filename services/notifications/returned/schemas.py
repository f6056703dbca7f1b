"""Request and response models of mails that came back."""

from typing import Literal

from chassis.http.base_schemas import RequestModel, ResponseModel
from services.notifications.domain.returned import Reason
from services.notifications.shown_time import ShownTime


class ReturnedMailResponse(ResponseModel):
    """A mail that came back. `reason`: why it came back; `code`: the enhanced status code (RFC 3463); `status`: what became of the message; `excerpt`: of what
    could not be understood."""

    id: str
    kind: str
    reason: Reason
    code: str | None = None
    at: ShownTime
    name: str
    email: str | None = None
    phone: str | None = None
    status: str | None = None
    excerpt: str | None = None


class ReturnedPage(ResponseModel):
    items: list[ReturnedMailResponse]
    next: str | None = None


class ReturnedMailAnswer(RequestModel):
    """A clerk's answer. `right`: the address is right after all; `seen`: it stays as it is."""

    answer: Literal["right", "seen"]


class AnsweredReturnedMail(ResponseModel):
    id: str
    answer: Literal["right", "seen"]
