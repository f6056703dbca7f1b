"""Enqueues messages from events."""

from __future__ import annotations

from typing import Any

from chassis.jobs.range_leases import range_of
from chassis.messaging.projection import InsertIfAbsent, Write
from chassis.storage.mongo import Document
from contracts.envelope import Envelope
from services.notifications.domain.messages import rank
from services.notifications.messages.repository import COLLECTION


def new_message(kind: str, contact: str, at: Any, **facts: Any) -> Document:
    """The fields of a pending message."""
    placed = {"range": range_of(contact), "rank": rank(kind)}
    return {
        "kind": kind,
        "contact": contact,
        "status": "pending",
        "attempts": [],
        "version": 1,
        "at": at,
        **placed,
        **facts,
    }


def enqueue(envelope: Envelope, kind: str, contact: str, *, id: str = "", **facts: Any) -> Write:
    """Write that enqueues a message once. Its id is made from the event's, or is `id` where one event makes several messages, or several
    events make the same one."""
    return InsertIfAbsent(
        COLLECTION, id or f"m-{envelope.id}", new_message(kind, contact, envelope.occurred_at, **facts)
    )
