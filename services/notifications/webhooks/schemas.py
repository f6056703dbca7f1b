"""Request and response models of webhooks."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chassis.http.base_schemas import RequestModel, ResponseModel
from services.notifications.shown_time import ShownTime

Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[\x21-\x7e]+$")]
EventName = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[a-z0-9.*-]+$")]


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


class DeliveryRetried(ResponseModel):
    id: str
    status: Literal["pending"]
