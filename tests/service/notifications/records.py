"""Records of events as Kafka hands them to notifications."""

from __future__ import annotations

from chassis.ids import new_id
from chassis.messaging.records import Record
from contracts.envelope import Envelope, Event


def record_of(
    key: str, event: Event, sequence: int = 1, tenant: str = "w", time: str = "2026-11-01T10:00:00Z"
) -> Record:
    """An event of a municipality, as the record of its topic; `time`: when it happened."""
    data = event.model_dump_json().encode()
    envelope = Envelope(new_id(), event.event_type, "selfcheck", time, key, tenant, sequence, data)
    return Record(event.topic, 0, 0, key, envelope.data, tuple((name, value) for name, value in envelope.headers()))
