"""Request and response models of messages."""

from typing import Literal

from chassis.http.base_schemas import ResponseModel
from services.notifications.domain.delivery_status import DeliveryStatus
from services.notifications.domain.text_reports import KnownDelivery
from services.notifications.shown_time import ShownTime


class AttemptResponse(ResponseModel):
    """One attempt. `outcome`: `sent` (handed over), an outcome of a call, or the kind of failure."""

    at: ShownTime
    channel: str | None = None
    outcome: str
    detail: str | None = None


class MessageResponse(ResponseModel):
    """A message without its recipient. `delivery`: what is known since it was sent; `standing`: status and delivery
    in one word. `template_version`: null for the product's own text."""

    id: str
    kind: str
    status: Literal["pending", "sent", "bounced", "failed", "expired", "suppressed", "to_call", "to_post"]
    postponed: bool = False
    delivery: KnownDelivery | None = None
    standing: DeliveryStatus
    gathering: str | None = None
    at: ShownTime
    attempts: list[AttemptResponse]
    template_version: int | None = None


class SentTextResponse(ResponseModel):
    """What was sent, codes and links masked."""

    subject: str
    text: str
    language: str


class MessageWithTextResponse(MessageResponse):
    """A message with what was sent, which retention and erasure remove."""

    as_sent: SentTextResponse | None = None


class MessagePage(ResponseModel):
    """Some messages, and the cursor of the next ones."""

    items: list[MessageResponse]
    next: str | None = None


class NewsKindResponse(ResponseModel):
    """One kind of news about a gathering. `counts`: messages by delivery status."""

    kind: str
    newest: ShownTime
    counts: dict[DeliveryStatus, int]


class UninformedResponse(ResponseModel):
    """A registration whose people were not told, as far as is known."""

    message: str
    registration: str
    standing: DeliveryStatus
    channel: str | None = None
    reason: str | None = None


class InformedPage(ResponseModel):
    """News about a gathering, and who was not told of the news of the kind `kind`."""

    kinds: list[NewsKindResponse]
    kind: str
    items: list[UninformedResponse]


class RetriedMessage(ResponseModel):
    """A message that is tried again."""

    id: str
    status: Literal["pending"]
