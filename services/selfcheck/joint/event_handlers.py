"""Handles the event of registration that says which municipalities belong to a district."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.messaging.projection import Upsert, Write
from contracts.envelope import Envelope
from contracts.registration import MembershipChanged, Period
from services.selfcheck.joint.repository import MEMBERSHIPS

FOR_EVER = "9999-12-31"


def membership_changed(envelope: Envelope, event: MembershipChanged) -> Iterable[Write]:
    """One row for each pair of district and member: the tenant that tells it, so that it stands in the key."""
    periods = event.periods
    if periods is None:
        periods = (Period(valid_from=event.valid_from, valid_until=event.valid_until),)
    times = [
        {
            "from": period.valid_from.isoformat(),
            "until": period.valid_until.isoformat() if period.valid_until else FOR_EVER,
        }
        for period in periods
    ]
    yield Upsert(
        MEMBERSHIPS,
        f"{event.district}:{envelope.tenant}",
        {"district": event.district, "member": envelope.tenant, "periods": times},
    )
