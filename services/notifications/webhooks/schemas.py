"""Request and response models of webhooks."""

from typing import Annotated, Literal

from pydantic import Field

from chassis.http.base_schemas import RequestModel, ResponseModel
from chassis.text.text_types import matching
from services.notifications.shown_time import ShownTime
from services.notifications.webhooks.refusals_staff import WRONG_URL

Url = Annotated[str, matching(r"[\x21-\x7e]+", WRONG_URL, most=500)]
EventName = Annotated[
    str, matching("[a-z0-9.*-]+", "Please name a type of event, as asyncapi.json lists them, or * for all.", most=120)
]


class NewWebhook(RequestModel):
    """An endpoint to create. `events`: types of events, or `["*"]` for all."""

    url: Url = Field(examples=["https://stadt.example/events"])
    events: list[EventName] = Field(min_length=1, max_length=100, examples=[["registration.gathering.published.v1"]])


class WebhookResponse(ResponseModel):
    """An endpoint. `disabled`: `gone` (it answered 410) or `failing` (three days without success)."""

    id: str
    url: str
    events: list[str]
    created_at: ShownTime
    disabled: Literal["gone", "failing"] | None = None


class WebhookWithSecretResponse(WebhookResponse):
    """An endpoint with its secret, which is shown only this once."""

    secret: str


class WebhookList(ResponseModel):
    items: list[WebhookResponse]
    next: Literal[None] = None


class DeliveryAttemptResponse(ResponseModel):
    at: ShownTime
    outcome: str


class DeliveryResponse(ResponseModel):
    id: str
    event: str
    at: ShownTime
    status: Literal["pending", "delivered", "failed"]
    attempts: list[DeliveryAttemptResponse]
    next_attempt_at: ShownTime | None = None


class DeliveryPage(ResponseModel):
    items: list[DeliveryResponse]
    next: str | None = None


class FailedRetried(ResponseModel):
    """How many failed deliveries are on their way again, and how many are still failed."""

    retried: int
    remaining: int


class DeliveryRetried(ResponseModel):
    id: str
    status: Literal["pending"]
