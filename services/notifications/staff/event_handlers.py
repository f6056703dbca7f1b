"""Event handlers that enqueue messages to applicants and staff: steps of an application, invitations, suspension, deletion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.messaging.projection import Handler, Upsert, Write
from contracts import registration as r
from contracts.envelope import Envelope
from services.notifications.messages.enqueue import enqueue


def _message(envelope: Envelope, kind: str, contact: str, **content: Any) -> Write:
    return enqueue(envelope, kind, contact, id=f"m-{envelope.id}-{contact}", told=content)


def _applied(envelope: Envelope, event: r.MunicipalityApplied) -> Iterable[Write]:
    yield Upsert("tenants", event.slug, {"status": "applied", "name": event.name})
    yield _message(envelope, "application-received", event.contact_id)


def _asked(envelope: Envelope, event: r.MunicipalityAsked) -> Iterable[Write]:
    yield _message(envelope, "application-questions", event.contact_id)


def _declined(envelope: Envelope, event: r.MunicipalityDeclined) -> Iterable[Write]:
    # The office writes in one language; it is shown as it is in all.
    yield _message(envelope, "application-declined", event.contact_id, reason={"de": event.reason})


def _admitted(envelope: Envelope, event: r.MunicipalityAdmitted) -> Iterable[Write]:
    yield _message(envelope, "staff-welcome", event.contact_id)


def _granted(envelope: Envelope, event: r.StaffGranted) -> Iterable[Write]:
    if event.contact_id:
        yield _message(envelope, "staff-invited", event.contact_id)


def _leaving(envelope: Envelope, event: r.MunicipalityLeaving) -> Iterable[Write]:
    for contact in event.contact_ids:
        yield _message(envelope, "tenant-leaving", contact, day=event.deletion_at)


def _tells_coordinators(kind: str) -> Handler:
    """Handler that enqueues a message of this kind for each contact that the event names."""

    def handle(envelope: Envelope, event: Any) -> Iterable[Write]:
        for contact in event.contact_ids:
            yield _message(envelope, kind, contact)

    return handle


HANDLERS: dict[str, Handler] = {
    r.MunicipalityApplied.event_type: _applied,
    r.MunicipalityAsked.event_type: _asked,
    r.MunicipalityDeclined.event_type: _declined,
    r.MunicipalityAdmitted.event_type: _admitted,
    r.StaffGranted.event_type: _granted,
    r.MunicipalitySuspended.event_type: _tells_coordinators("tenant-suspended"),
    r.MunicipalityResumed.event_type: _tells_coordinators("tenant-resumed"),
    r.MunicipalityLeaving.event_type: _leaving,
    r.MunicipalityStaying.event_type: _tells_coordinators("tenant-staying"),
}
