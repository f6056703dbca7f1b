"""Changes of a group that has seats or a turn, and keeps them: its size, its wishes, for which kept seats and by which invitation it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from contracts.registration import ParticipantChanged, ParticipantReassigned
from services.registration.domain.claim import Claim, Group
from services.registration.domain.invitations import growth
from services.registration.domain.ledger import Ledger, Steps
from services.registration.domain.moving_on import current_claim, move_on, passed_over, served, supported
from services.registration.domain.refused import Invalid, NoRoom, SupportFull
from services.registration.domain.seating import check_invitation

KEPT_NO_MORE = "These seats are not kept any more; they are everybody's. Please choose again."
NO_FREE_SEATS = "The group has seats that were kept, and for this choice not enough are free. Leave it as it is, or cancel and let them sign up again."


def change(ledger: Ledger, group: Group, now: datetime, *, announce: bool = False) -> Steps[Claim]:
    """Change the size or the wishes of a group, which keeps its turn. Smaller: what it gives up moves on. Larger: only if that fits. `announce`: something else about it changed that the other services hear of (its language).

    Raises: NotRegistered, NoRoom, SupportFull, Invalid (the invitation is not good for more people).
    """
    id = group.registration_id
    claim = yield from current_claim(ledger, id, now)
    wishes = ledger.support.wishes_after(claim.wishes, group.support, now)
    came_to = tuple((meeting, min(people, group.size)) for meeting, people in claim.came_to)
    people_came = min(claim.came, group.size)
    changed = replace(claim, size=group.size, came=people_came, came_to=came_to, wishes=wishes, language=group.language)
    if changed == claim and not announce:
        return claim
    additional = group.size - claim.size
    if group.size < 1 or (
        additional > 0
        and (additional > ledger.room(claim.quota) if claim.seated else group.size > ledger.terms.capacity)
    ):
        raise NoRoom
    if additional > 0:
        _check_growth(ledger, claim, additional)
        if not ledger.support.grows(changed, additional):
            raise SupportFull
        if claim.seated:
            yield from passed_over(ledger, list(ledger.waiting_groups()), id, additional, claim.quota)
    yield ledger.with_claim(id, changed)
    changed = yield from served(ledger, changed)
    yield ledger.with_claim(id, changed)
    yield ParticipantChanged(
        gathering_id=ledger.id, registration_id=id, size=group.size, language=group.language, support=group.support
    )
    if changed.wishes != claim.wishes:
        yield supported(ledger, id, claim, "request")
    yield from move_on(ledger, now)
    return ledger.claims[id]


def reassign(
    ledger: Ledger, registration_id: str, now: datetime, quota: str | None = None, invitation: str | None = None
) -> Steps[Claim]:
    """Correct for which kept seats a group counts, and by which invitation it came. None: as it is; an invitation that opens kept seats
    brings them along. It keeps its seats or its turn; seats that were kept for it and are not any more it can only swap for free ones.

    Told in any case, so that the trail does not say what a group had declared before.

    Raises: NotRegistered, Invalid (no seats are kept any more, or free; the invitation is not good for this group).
    """
    claim = yield from current_claim(ledger, registration_id, now)
    open_quota_ids = {one.id for one in ledger.open_quotas}
    if invitation and invitation != claim.invitation:
        check_invitation(ledger, invitation, claim.size, now)
        used_invitation = ledger.terms.invitation(invitation)
        if quota is None and used_invitation is not None and used_invitation.quota in open_quota_ids:
            quota = used_invitation.quota
    if quota and quota not in open_quota_ids:
        raise Invalid(("/quota", KEPT_NO_MORE, {}))
    changed = replace(
        claim,
        quota=claim.quota if quota is None else quota,
        invitation=claim.invitation if invitation is None else invitation,
    )
    if claim.seated and (yield from _takes_from_everybody(ledger, registration_id, claim, changed.quota)):
        yield from passed_over(ledger, list(ledger.waiting_groups()), registration_id, claim.size, changed.quota)
    yield ledger.with_claim(registration_id, changed)
    yield ParticipantReassigned(gathering_id=ledger.id, registration_id=registration_id)
    yield from move_on(ledger, now)
    return ledger.claims[registration_id]


def _takes_from_everybody(ledger: Ledger, registration_id: str, claim: Claim, quota: str) -> Steps[bool]:
    """Whether a group would have more of the seats for everybody if it counted for other kept ones. Raises: Invalid, where these are
    not free."""
    yield ledger.with_claim(registration_id, None)
    before, after = (max(0, claim.size - ledger.kept_seats(one)) for one in (claim.quota, quota))
    fits = claim.size <= ledger.room(quota)
    yield ledger.with_claim(registration_id, claim)
    if after > before and not fits:
        raise Invalid(("/quota", NO_FREE_SEATS, {}))
    return after > before


def _check_growth(ledger: Ledger, claim: Claim, additional: int) -> None:
    invitation = ledger.terms.invitation(claim.invitation)
    if invitation is not None:
        wrong = growth(invitation, ledger.counts.people_by_invitation[invitation.id], additional, "/party")
        if wrong is not None:
            raise Invalid(wrong)
