"""registration's events about the official list become rows."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.messaging.projection import Handler, Upsert, Write
from contracts import registration as r
from contracts.envelope import Envelope
from services.reporting.similar.repository import ROWS


def _store_entry(envelope: Envelope, event: r.MunicipalityListed) -> Iterable[Write]:
    yield Upsert(
        ROWS,
        event.ags,
        {
            "name": event.name,
            "state": event.state,
            "as_of": event.as_of.isoformat(),
            "kind": event.kind,
            "district": event.district,
            "inhabitants": event.inhabitants,
            "area": event.area,
            "urbanisation": event.urbanisation,
            "ended": event.ended,
            "at": envelope.occurred_at,
        },
    )


HANDLERS: dict[str, Handler] = {r.MunicipalityListed.event_type: _store_entry}
