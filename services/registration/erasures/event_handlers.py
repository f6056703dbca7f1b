"""Events that erasures need: the receipts of all services, and who makes contacts in which municipality.

An erasure is taken for people who are known in that municipality alone: for others there is no such person. The ids come from
the events that make the contacts of staff, applicants and respondents; who they are stays with the services that know.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.messaging.projection import Handler, Upsert, Write
from contracts import notifications, reporting, selfcheck
from contracts.envelope import Envelope
from contracts.registration import ErasureReceipted, MunicipalityApplied, StaffGranted
from services.registration.erasures.repository import KNOWN_PEOPLE, RECEIPTS, known_person_id


def _receipted(service: str) -> Handler:
    def handle(envelope: Envelope, event: Any) -> Iterable[Write]:
        yield Upsert(
            RECEIPTS,
            f"{envelope.tenant}:{event.person_id}:{service}",
            {
                "person": event.person_id,
                "service": service,
                "at": envelope.occurred_at,
                "removed": event.removed,
                "remains": list(event.remains),
            },
        )

    return handle


def _contact_made(envelope: Envelope, event: Any) -> Iterable[Write]:
    if event.contact_id:
        yield Upsert(KNOWN_PEOPLE, known_person_id(envelope.tenant, event.contact_id))


HANDLERS: dict[str, Handler] = {
    ErasureReceipted.event_type: _receipted("registration"),
    selfcheck.ErasureReceipted.event_type: _receipted("selfcheck"),
    notifications.ErasureReceipted.event_type: _receipted("notifications"),
    reporting.ErasureReceipted.event_type: _receipted("reporting"),
    MunicipalityApplied.event_type: _contact_made,
    StaffGranted.event_type: _contact_made,
    selfcheck.RespondentInvited.event_type: _contact_made,
    selfcheck.ReminderDue.event_type: _contact_made,
}
"""Receipts of all services, our own included, reach the certificate the same way."""
