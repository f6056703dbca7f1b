"""Handles events of other services: erasures, and which municipalities belong to a district. (Municipalities and staff roles:
`programme.tenant_registry`.)"""

from __future__ import annotations

from collections.abc import Iterable

from chassis.messaging.projection import Handler, Write
from chassis.storage.erasure_receipts import request_erasure
from contracts import registration as r
from contracts.envelope import Envelope
from services.selfcheck.joint.event_handlers import membership_changed


def _erased(envelope: Envelope, event: r.PersonErased) -> Iterable[Write]:
    yield request_erasure(envelope, event.person_id, [event.person_id])


def _many_erased(envelope: Envelope, event: r.PeopleErased) -> Iterable[Write]:
    yield request_erasure(envelope, event.erasure_id, event.person_ids)


HANDLERS: dict[str, Handler] = {
    r.PersonErased.event_type: _erased,
    r.PeopleErased.event_type: _many_erased,
    r.MembershipChanged.event_type: membership_changed,
}
