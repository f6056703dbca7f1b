"""Events of notifications that say that a message goes out late."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.messaging.projection import Handler, InsertIfAbsent, Write
from contracts.envelope import Envelope
from contracts.notifications import MessageDelayed
from services.registration.late_messages.repository import LATE


def _delayed(envelope: Envelope, event: MessageDelayed) -> Iterable[Write]:
    yield InsertIfAbsent(LATE, envelope.id, {"registration": event.registration_id, "until": event.until})


HANDLERS: dict[str, Handler] = {MessageDelayed.event_type: _delayed}
