"""Stores the receipts of all services, our own included, for the certificate of a municipality that left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.messaging.projection import Handler, Upsert, Write
from contracts import notifications, reporting, selfcheck
from contracts.envelope import Envelope
from contracts.registration import DepartureReceipted
from services.registration.tenant_offboarding.repository import RECEIPTS


def _receipted(service: str) -> Handler:
    def handle(envelope: Envelope, event: Any) -> Iterable[Write]:
        yield Upsert(
            RECEIPTS,
            f"{envelope.tenant}:{service}",
            {"service": service, "at": envelope.occurred_at, "removed": event.removed, "remains": list(event.remains)},
        )

    return handle


HANDLERS: dict[str, Handler] = {
    DepartureReceipted.event_type: _receipted("registration"),
    selfcheck.DepartureReceipted.event_type: _receipted("selfcheck"),
    notifications.DepartureReceipted.event_type: _receipted("notifications"),
    reporting.DepartureReceipted.event_type: _receipted("reporting"),
}
