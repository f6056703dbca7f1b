"""Event handlers that note news at the desk, so that municipalities without news cost nothing."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.messaging.projection import Handler, InsertIfAbsent, Write
from contracts import registration as r
from contracts.envelope import Envelope
from services.notifications.digests.repository import GATHERED, NEWS, fresh_id


def _registered(envelope: Envelope, event: r.ParticipantRegistered) -> Iterable[Write]:
    since = envelope.occurred_at - GATHERED
    yield InsertIfAbsent(NEWS, fresh_id(envelope.tenant), {"version": 1, "since": since}, after=GATHERED)


HANDLERS: dict[str, Handler] = {r.ParticipantRegistered.event_type: _registered}
