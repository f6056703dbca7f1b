"""Events of reporting that say that municipalities visit each other."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.messaging.projection import Handler, InsertIfAbsent, Write
from contracts.envelope import Envelope
from contracts.reporting import VisitAccepted
from services.registration.peer_visits.repository import COLLECTION


def _accepted(envelope: Envelope, event: VisitAccepted) -> Iterable[Write]:
    """Store an accepted visit. The event belongs to who proposed it, the gathering to the host. Told again, where others join, it changes nothing."""
    fields = {
        "tenant": event.host,
        "visit": event.visit_id,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "mode": event.mode,
    }
    yield InsertIfAbsent(COLLECTION, f"{event.host}:{event.visit_id}", fields)


HANDLERS: dict[str, Handler] = {VisitAccepted.event_type: _accepted}
