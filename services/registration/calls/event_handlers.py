"""Events of notifications that say how a call ended."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.messaging.projection import Handler, InsertIfAbsent, Write
from contracts.envelope import Envelope
from contracts.notifications import MessageSettled
from services.registration.calls.repository import CALLS
from services.registration.domain.commands import CallOutcome


def _call_settled(envelope: Envelope, event: MessageSettled) -> Iterable[Write]:
    if event.registration_id and event.channel == "call" and event.status in ("sent", "failed"):
        outcome: CallOutcome = "cancels" if event.cancels else "comes" if event.status == "sent" else "nobody"
        fields = {"registration": event.registration_id, "said": outcome, "about": event.kind}
        yield InsertIfAbsent(CALLS, envelope.id, fields)


HANDLERS: dict[str, Handler] = {MessageSettled.event_type: _call_settled}
