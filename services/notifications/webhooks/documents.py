"""Stored documents of webhooks and of what was delivered to them: collections `webhooks` and `webhook_deliveries`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from chassis.storage.documents import Part, StoredDocument

EVERYTHING = "*"


class Webhook(StoredDocument, frozen=True, kw_only=True):
    """One endpoint. Its secret is derived, not stored: `generation` counts its changes, `changed_at` is the time of the last one. `former`: the
    oldest generation that still signs beside the current one, until a day after that.

    `disabled`: why nothing is sent to it any more; `resumed`: how often it was taken up again after that."""

    url: str
    events: tuple[str, ...]
    created_at: datetime
    generation: int = 1
    changed_at: datetime | None = None
    former: int | None = None
    disabled: Literal["gone", "failing"] | None = None
    resumed: int = 0

    def subscribes_to(self, event_type: str) -> bool:
        return self.disabled is None and (EVERYTHING in self.events or event_type in self.events)


class DeliveryAttempt(Part, frozen=True, kw_only=True):
    """An attempt at a delivery. `outcome`: the HTTP status, or the kind of failure."""

    at: datetime
    outcome: str


class WebhookDelivery(StoredDocument, frozen=True, kw_only=True):
    """One event on its way to one endpoint. `payload` is what is sent, to the byte, so that each attempt carries the same."""

    webhook: str
    event_type: str
    at: datetime
    payload: bytes
    status: Literal["pending", "delivered", "failed"] = "pending"
    attempts: tuple[DeliveryAttempt, ...] = ()
    tries: int = 0
    """Attempts since the delivery was created, or retried by hand."""
