"""Changes to a message that several features make: another attempt, the next channel, sent anew by staff."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from chassis.storage.aggregates import Change
from chassis.storage.mongo import Document
from services.notifications.messages.documents import Attempt, OutboundMessage


def stored_attempts(of: Iterable[Attempt]) -> list[Document]:
    """Attempts in the form in which they are stored."""
    return [msgspec.to_builtins(one, builtin_types=(datetime,)) for one in of]


def resend_change(message: OutboundMessage, failed: Iterable[str], now: datetime) -> Change:
    """The change by which staff send a message anew, by the channels that are not `failed`."""
    fields = {"status": "pending", "due_at": now, "at": now, "failed": list(failed), "resent": message.resent + 1}
    return Change(fields, ["delivery", "settled_at"], answer={"id": message.id, "status": "pending"})


def next_channel_fields(message: OutboundMessage, refused: Attempt) -> Document:
    """The fields to set on a message that was sent and reached nobody, so that the next channel is tried at once."""
    return {
        "status": "pending",
        "due_at": refused.at,
        "attempts": stored_attempts([*message.attempts, refused]),
        "failed": [*message.failed, refused.channel],
        "delivery": "refused",
    }
