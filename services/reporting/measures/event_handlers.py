"""selfcheck's events about measures become rows, without owners."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.messaging.projection import Handler, Replace, Upsert, Write
from contracts import selfcheck as s
from contracts.envelope import Envelope


def _store_measure(envelope: Envelope, event: s.MeasureAgreed) -> Iterable[Write]:
    yield Upsert(
        "measures",
        event.measure_id,
        {
            "assessment": event.assessment_id,
            "field": event.field,
            "title": event.title,
            "status": event.status,
            "due": event.due.isoformat() if event.due else None,
            "carried_from": event.carried_from,
            "at": envelope.occurred_at,
        },
    )


def _forget(envelope: Envelope, event: s.MeasureDeleted) -> Iterable[Write]:
    yield Replace(
        "measures",
        event.measure_id,
        {"assessment": event.assessment_id, "status": "deleted", "at": envelope.occurred_at},
    )


HANDLERS: dict[str, Handler] = {s.MeasureAgreed.event_type: _store_measure, s.MeasureDeleted.event_type: _forget}
