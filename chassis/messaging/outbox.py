"""The transactional outbox: events wait in the document whose change they report until the relay has published them.

An entry is one future Kafka record: `{i: event id, y: type, s: sequence, t: time, o: topic, k: key, d: JSON bytes | None,
p: traceparent | None}`; short names because thousands of them may stand in one document while Kafka is away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chassis.clock import rfc3339
from chassis.http.problems import busy
from chassis.ids import new_id
from chassis.operations import trace
from chassis.operations.logs import get_logger
from chassis.storage.mongo import Document
from chassis.text.translations import mark
from contracts.envelope import Envelope, Event

log = get_logger()

MAX_PENDING_BYTES = 3_500_000
"""What the entries of a document may weigh: the rest of it has room below MongoDB's 16 MB limit, and every write carries it."""
ENTRY_BYTES = 300
"""Of an entry without its data, at most."""
MAX_PENDING = 20_000
"""Entries a document may hold: 20,000 × about 300 bytes stay far below MongoDB's 16 MB limit."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A null value for a key of a compacted topic: consumers and compaction drop what it held. `event_type` names what is being erased."""

    topic: str
    event_type: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event with a key other than the document's id, or with another trace than the current one: the
    request it follows from."""

    event: Event | Tombstone
    key: str | None = None
    traceparent: str | None = field(default_factory=trace.current)


def counter(topic: str, key: str) -> str:
    """The name in a document's `seq` under which its events of this topic and key are counted."""
    return f"{topic}:{key}".replace(".", "_").replace("$", "_")


def entries(
    document: Document, events: Sequence[Event | Tombstone | Outgoing], now: datetime
) -> tuple[list[Document], dict[str, int]]:
    """Outbox entries for a document's events and the document's new sequence counters (by topic and key).

    The counters live in the document (`seq`), whose version check makes them gap-free.

    Raises:
        Problem: 503 when the outbox is full because Kafka has been away for very long.
    """
    sequences: dict[str, int] = dict(document.get("seq") or {})
    new_entries: list[Document] = []
    for item in events:
        outgoing = item if isinstance(item, Outgoing) else Outgoing(item)
        event, key = outgoing.event, outgoing.key or document["_id"]
        name = counter(event.topic, key)
        sequences[name] = sequences.get(name, 0) + 1
        new_entries.append(
            {
                "i": new_id(),
                "y": event.event_type,
                "s": sequences[name],
                "t": now,
                "o": event.topic,
                "k": key,
                "d": None if isinstance(event, Tombstone) else event.model_dump_json(exclude_none=True).encode(),
                "p": outgoing.traceparent,
            }
        )
    waiting = [*(document.get("outbox") or ()), *new_entries] if new_entries else []
    weight = sum(ENTRY_BYTES + len(entry["d"] or b"") for entry in waiting)
    if len(waiting) > MAX_PENDING or weight > MAX_PENDING_BYTES:
        log.error("outbox full", aggregate=document["_id"], count=len(waiting))
        raise busy(mark("Too many changes are waiting here. Our technicians know of it. Please try again later."))
    return new_entries, sequences


def envelope(entry: Document, tenant: str, source: str) -> Envelope:
    """The Kafka record (CloudEvents envelope) of an outbox entry."""
    return Envelope(
        id=entry["i"],
        type=entry["y"],
        source=source,
        time=rfc3339(entry["t"]),
        subject=entry["k"],
        tenant=tenant,
        sequence=entry["s"],
        data=entry["d"],
        traceparent=entry["p"],
    )
