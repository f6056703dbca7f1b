"""An intent: one message that somebody is owed, from the event that made it owed until what became of it."""

from __future__ import annotations

from typing import Any

from chassis.messaging.projection import InsertIfAbsent, Write
from contracts.envelope import Envelope


def owed(envelope: Envelope, kind: str, contact: str, *, id: str = "", **facts: Any) -> Write:
    """Made once: its id comes from its event's, or is `id` where one event owes several messages or several the same."""
    fields = {
        "kind": kind,
        "contact": contact,
        "status": "pending",
        "attempts": [],
        "version": 1,
        "at": envelope.occurred_at,
        **facts,
    }
    return InsertIfAbsent("intents", id or f"m-{envelope.id}", fields)
