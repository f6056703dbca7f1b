"""The delivery status of a message, which promises no more than is known."""

from __future__ import annotations

from typing import Literal

from services.notifications.domain.text_reports import KnownDelivery

DeliveryStatus = Literal[
    "on_its_way", "held_back", "handed_over", "delivered", "unclear", "refused", "failed", "too_late", "not_needed",
    "to_call", "to_post",
]  # fmt: skip
INFORMED: tuple[DeliveryStatus, ...] = ("handed_over", "delivered")
"""As far as anybody can know, the recipient was told."""
_OTHERS: dict[str, DeliveryStatus] = {
    "bounced": "refused",
    "failed": "failed",
    "expired": "too_late",
    "suppressed": "not_needed",
    "to_call": "to_call",
    "to_post": "to_post",
}


def delivery_status(status: str, delivery: KnownDelivery | None, *, postponed: bool = False) -> DeliveryStatus:
    """The delivery status of a message with this status. `delivery`: what gateways and mail servers reported since it was sent."""
    if status == "pending":
        return "held_back" if postponed else "on_its_way"
    if status == "sent":
        return delivery or "handed_over"
    return _OTHERS[status]
