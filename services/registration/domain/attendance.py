"""Who came: published an hour after the end, when only counts are left of who came by which invitation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from contracts.registration import GatheringAttended, MeetingAttended
from services.registration.domain.claim import Claim
from services.registration.domain.ended_counts import EndedCount
from services.registration.domain.invitations import add_shown, count_by_invitation
from services.registration.domain.ledger import Ledger, Steps

ATTENDANCE_AFTER = timedelta(hours=1)
"""How long after the end of a gathering it is published who came, so that the door's list can still be put right."""


def attendance(ledger: Ledger) -> GatheringAttended:
    """Who was there and who was not, as it stands. Who cancelled is missed nowhere, also not at the meetings that came later."""
    arrived, left = [claim for claim in ledger.claims.values() if claim.arrived], ledger.state.left
    missed = {id: c.size for id, c in ledger.in_order() if c.seated and c.confirmed and not c.arrived}
    return GatheringAttended(
        gathering_id=ledger.id,
        groups=len(arrived) + left.groups,
        people=ledger.counts.here + left.people,
        missed=tuple(missed),
        missed_people=sum(missed.values()) + sum(claim.size - claim.came for claim in arrived),
        meetings=tuple(_attended(one.id, arrived, left) for one in ledger.terms.meetings if not one.cancelled) or None,
    )


def attendance_due(ledger: Ledger) -> datetime | None:
    """When it is published who came. Only where people were checked in: without a door nobody knows."""
    state, ends_at = ledger.state, ledger.terms.ends_at
    if not state.published or state.attended_at or not (ledger.counts.here or state.left.people) or ends_at is None:
        return None
    return ends_at + ATTENDANCE_AFTER


def count_invitations(ledger: Ledger) -> Steps[None]:
    """Replace who came by which invitation with counts, those that may be published."""
    came_by = dict(ledger.state.came_by)
    for id, counts in count_by_invitation(ledger.claims.values()).items():
        came_by[id] = add_shown(came_by.get(id), counts.shown())
    yield ledger.with_state(came_by=came_by)
    for registration_id, claim in list(ledger.in_order()):
        if claim.invitation:
            yield ledger.with_claim(registration_id, replace(claim, invitation=""))


def invitations_counted_due(ledger: Ledger) -> datetime | None:
    """When who came by which invitation is replaced by counts. None where nobody did."""
    ends_at = ledger.terms.ends_at
    return None if ends_at is None or not ledger.counts.people_by_invitation else ends_at + ATTENDANCE_AFTER


def _attended(meeting: str, claims: Sequence[Claim], left: EndedCount) -> MeetingAttended:
    here_by_group = [here for claim in claims if (here := claim.here(meeting))]
    groups, people = left.at(meeting)
    return MeetingAttended(id=meeting, groups=len(here_by_group) + groups, people=sum(here_by_group) + people)
