"""Appends registration's own events about seats to the audit trail, which is never changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.messaging.projection import Handler, Upsert, Write
from contracts.catalogue import EVENTS
from contracts.envelope import Envelope
from services.registration.audit.repository import AUDIT
from services.registration.domain.audit import data_of, type_of


def _seats_decided(envelope: Envelope, event: Any) -> Iterable[Write]:
    yield Upsert(
        AUDIT,
        f"{envelope.subject}:{envelope.sequence:09d}",
        {
            "gathering": envelope.subject,
            "n": envelope.sequence,
            "at": envelope.time,
            "type": type_of(event),
            "data": data_of(event),
        },
        new=True,
    )


HANDLERS: dict[str, Handler] = {
    name: _seats_decided
    for name in EVENTS
    if name.startswith(("registration.gathering.", "registration.participant.", "registration.support."))
}
