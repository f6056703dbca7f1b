"""Event handlers of webhooks: they store each event that may be delivered, which is every one that this service consumes, except those with
personal data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson

from chassis.messaging.projection import Handler, InsertIfAbsent, Write
from contracts.catalogue import EVENTS as CATALOGUE
from contracts.envelope import Envelope
from contracts.topics import TOPICS
from services.notifications.webhooks.repository import EVENTS

OFFERED = sorted(
    name
    for name, model in CATALOGUE.items()
    if "notifications" in TOPICS[model.topic].consumers and not TOPICS[model.topic].personal_data
)
"""Types of events that can be chosen."""


def handlers(tenants: Callable[[], frozenset[str]]) -> dict[str, Handler]:
    """Handlers for all offered types of events. `tenants`: those with endpoints; nothing is stored for others."""

    def handle(envelope: Envelope, event: Any) -> Iterable[Write]:
        if envelope.tenant in tenants():
            payload = {
                "type": envelope.type,
                "timestamp": envelope.time,
                "tenant": envelope.tenant,
                "data": orjson.loads(envelope.data or b"null"),
            }
            fields = {"event_type": envelope.type, "at": envelope.occurred_at, "payload": orjson.dumps(payload)}
            yield InsertIfAbsent(EVENTS, f"{envelope.tenant}:{envelope.id}", {"version": 1, **fields})

    return dict.fromkeys(OFFERED, handle)
