"""The rules by which seats are given, kept and given up.

In the words the municipality publishes them:
* A group is never split. Free seats go to the first group in line that fits into them.
* Whoever arrives stands at the end of the same line, so a newcomer gets seats at once only when nobody before them fits.
* A group that is passed over because it is too large for the free seats keeps its place; each passing-over is recorded.
* Seats may be kept for groups whom the coordinator wants to reach: whoever declares to belong gets kept seats first, then general
  ones; nobody else gets kept ones until they are released (`domain/quotas.py`).
* Seats that reach a group in line are offered until a deadline; a newcomer's seats are theirs at once.
* In a lottery everyone stands in line until the draw; the draw puts the line into a new order and gives seats by the same rule.
* An address that has to be confirmed keeps its seat or its place in line until a deadline, then both lapse. So does a telephone
  number that somebody typed in on the web: the municipality calls and asks (`domain/terms.py`).
* Where the coordinator wants it, confirmed groups are asked once more before the start; who does not answer in time gives up
  their seats. Who came to their seats later than that is not asked.
* Staff may correct for which kept seats a group counts. It keeps its seats or its turn; kept seats it can swap for others only where
  those are free, so nobody gets past the line by it.
* With the code of an invitation that is good for so many people no more than these sign up at a time, seats or not; whoever
  gives up frees it (`domain/invitations.py`).
* A gathering has room for MOST_GROUPS groups, those in line among them.
* So many people at most are unconfirmed at a time by one address or number, and so many by one network.

What is said of support stands in `domain/support.py`. Each rule is a decision (`Steps`) that first lets lapse what is due.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from contracts.registration import (
    AnsweredFrom,
    ParticipantArrivalUndone,
    ParticipantArrived,
    ParticipantCancelled,
    ParticipantChanged,
    ParticipantConfirmed,
    ParticipantExtended,
    ParticipantReassigned,
    ParticipantReconfirmed,
    ParticipantRegistered,
    ParticipantWaiting,
)
from services.registration.domain.claim import Claim, Group
from services.registration.domain.invitations import growth, refusal
from services.registration.domain.ledger import Ledger, Steps
from services.registration.domain.moving_on import (
    end,
    lapse,
    move_on,
    passed_over,
    release_due,
    review_wishes,
    served,
    supported,
    take_turn,
    withdraw_question,
)
from services.registration.domain.refused import (
    Invalid,
    ListFull,
    NoOffer,
    NoRoom,
    NotConfirmed,
    NotRegistered,
    StillWaiting,
    SupportFull,
    TooManyPeople,
    TooManyUnconfirmed,
)
from services.registration.domain.terms import Terms

MOST_GROUPS = 6_000
"""Groups a gathering has room for, those in line among them: its ledger is one document."""

KEPT_NO_MORE = "These seats are not kept any more; they are everybody's. Please choose again."
NO_FREE_SEATS = "The group has seats that were kept, and for this choice not enough are free. Leave it as it is, or cancel and let them sign up again."

MOST_UNCONFIRMED = {"person": 12, "network": 60}
"""People who may be unconfirmed at a time, by the kind of where they come from. A family shares a number; a school shares a
network, and signs up by e-mail, which counts for the address alone."""


def register(
    ledger: Ledger, group: Group, now: datetime, confirm_by: datetime | None, origins: tuple[str, ...] = ()
) -> Steps[Claim]:
    """Claim seats or a place in line; repeating it changes nothing. `confirm_by` None: the address needs no confirmation.

    Raises: ListFull, TooManyUnconfirmed, Invalid (the invitation is not good for this group).
    """
    yield from lapse(ledger, now)
    id = group.registration_id
    existing = ledger.claims.get(id)
    if existing is not None:
        return existing
    if len(ledger.claims) >= MOST_GROUPS:
        raise ListFull
    for origin in origins:
        if ledger.counts.unconfirmed[origin] + group.size > MOST_UNCONFIRMED[origin.partition(":")[0]]:
            raise TooManyUnconfirmed
    seated = group.size <= ledger.room(group.quota) and not ledger.state.before_draw
    _check_invitation(ledger, group.invitation, group.size, now)
    wishes = ledger.support.asked((), group.support, now)
    turn = yield from take_turn(ledger)
    claim = Claim(
        group.size,
        turn,
        seated,
        confirm_by is None,
        confirm_by,
        wishes=wishes,
        language=group.language,
        channel=group.channel,
        origins=origins,
        quota=group.quota,
        invitation=group.invitation,
    )
    if seated:
        claim = yield from served(ledger, claim)
        yield from passed_over(ledger, list(ledger.waiting_groups()), id, claim.size, claim.quota)
    yield ledger.with_claim(id, claim)
    yield ParticipantRegistered(
        gathering_id=ledger.id,
        registration_id=id,
        status=claim.status,
        position=None if seated else len(ledger.queue),
        size=group.size,
        language=group.language,
        channel=group.channel,
        support=group.support,
        confirm_by=confirm_by,
        support_status=claim.support_status,
        walk_in=group.walk_in,
        to_reach=group.to_reach,
    )
    if claim.status == "confirmed":
        yield ParticipantConfirmed(gathering_id=ledger.id, registration_id=id, by="registration")
    return claim


def confirm(ledger: Ledger, registration_id: str, now: datetime, answered: AnsweredFrom | None = None) -> Steps[Claim]:
    """Confirm the address of a group. `answered`: from where the group itself did. Raises: NotRegistered."""
    claim = yield from _current(ledger, registration_id, now)
    if claim.confirmed:
        return claim
    claim = replace(claim, confirmed=True, until=None, origins=())
    yield ledger.with_claim(registration_id, claim)
    ids = {"gathering_id": ledger.id, "registration_id": registration_id}
    position = ledger.position(registration_id)
    if position is None:
        yield ParticipantConfirmed(**ids, by="address", answered=answered)
    else:
        yield ParticipantWaiting(**ids, position=position, because="address", answered=answered)
    return claim


def extend(ledger: Ledger, registration_id: str, asked_at: datetime) -> Steps[None]:
    """Extend the time to confirm the address, where the message that asks for it goes out late. Of no effect once confirmed or lapsed."""
    claim, until = ledger.claims.get(registration_id), ledger.terms.confirm_by(asked_at, False)
    if claim is not None and not claim.confirmed and claim.until is not None and claim.until < until:
        yield ledger.with_claim(registration_id, replace(claim, until=until))
        yield ParticipantExtended(gathering_id=ledger.id, registration_id=registration_id, confirm_by=until)


def accept(ledger: Ledger, registration_id: str, now: datetime) -> Steps[Claim]:
    """Accept an offer of seats. Raises: NotRegistered, NoOffer."""
    claim = yield from _current(ledger, registration_id, now)
    if claim.status in ("confirmed", "arrived"):
        return claim
    if claim.status != "offered":
        raise NoOffer
    claim = replace(claim, until=None)
    yield ledger.with_claim(registration_id, claim)
    yield ParticipantConfirmed(gathering_id=ledger.id, registration_id=registration_id, by="acceptance")
    return claim


def reconfirm(ledger: Ledger, registration_id: str, now: datetime) -> Steps[Claim]:
    """Note that a group that was asked once more comes; repeating it changes nothing. Raises: NotRegistered, NotConfirmed."""
    claim = yield from _current(ledger, registration_id, now)
    if not claim.asked:
        if claim.status in ("confirmed", "arrived"):
            return claim
        raise NotConfirmed
    claim = replace(claim, asked=False, until=None)
    yield ledger.with_claim(registration_id, claim)
    yield ParticipantReconfirmed(gathering_id=ledger.id, registration_id=registration_id)
    return claim


def cancel(
    ledger: Ledger, registration_id: str, now: datetime, by: Literal["holder", "staff", "erasure"]
) -> Steps[bool]:
    """Give up seats or place; False where there was nothing (any more). Who was there stays counted as such: of a course people may
    give up the meetings that are left."""
    yield from lapse(ledger, now)
    claim = ledger.claims.get(registration_id)
    if claim is None:
        return False
    if claim.arrived:
        yield ledger.with_state(left=ledger.state.left.plus(claim))
    yield from end(ledger, registration_id, "cancelled", now)
    yield ParticipantCancelled(gathering_id=ledger.id, registration_id=registration_id, by=by)
    yield from move_on(ledger, now)
    return True


def arrive(
    ledger: Ledger, registration_id: str, now: datetime, people: int | None = None, meeting: str = ""
) -> Steps[Claim]:
    """Check a group in; repeating it changes nothing. `people`: how many of it are here; 0 takes the check-in back. `meeting`: at which,
    where there are several.

    Raises: NotRegistered, StillWaiting, TooManyPeople.
    """
    claim = yield from _current(ledger, registration_id, now)
    before = claim.here(meeting)
    here = (before or claim.size) if people is None else people
    if here == before:
        return claim
    if not claim.seated:
        raise StillWaiting
    if not 0 <= here <= claim.size:
        raise TooManyPeople
    came_to = {**dict(claim.came_to), meeting: here} if meeting else {}
    came = max(came_to.values()) if meeting else here
    since = (now if here and not before else claim.came_at or now) if came else None
    claim = replace(
        claim,
        came=came,
        came_at=since,
        came_to=tuple(sorted((id, number) for id, number in came_to.items() if number)),
        confirmed=True,
        asked=False,
        until=None,
        origins=(),
    )
    yield ledger.with_claim(registration_id, claim)
    ids, at = {"gathering_id": ledger.id, "registration_id": registration_id}, meeting or None
    if came:
        yield ParticipantArrived(**ids, people=came, meeting=at, here=here if at else None)
    else:
        yield ParticipantArrivalUndone(**ids, meeting=at)
    return claim


def change(ledger: Ledger, group: Group, now: datetime, *, announce: bool = False) -> Steps[Claim]:
    """Change the size or the wishes of a group, which keeps its turn. Smaller: what it gives up moves on. Larger: only if that fits. `announce`: something else about it changed that the other services hear of (its language).

    Raises: NotRegistered, NoRoom, SupportFull, Invalid (the invitation is not good for more people).
    """
    id = group.registration_id
    claim = yield from _current(ledger, id, now)
    wishes = ledger.support.asked(claim.wishes, group.support, now)
    came, came_to = min(claim.came, group.size), tuple((id, min(here, group.size)) for id, here in claim.came_to)
    changed = replace(claim, size=group.size, came=came, came_to=came_to, wishes=wishes, language=group.language)
    if changed == claim and not announce:
        return claim
    more = group.size - claim.size
    if group.size < 1 or (
        more > 0 and (more > ledger.room(claim.quota) if claim.seated else group.size > ledger.terms.capacity)
    ):
        raise NoRoom
    if more > 0:
        _check_growth(ledger, claim, more)
        if not ledger.support.grows(changed, more):
            raise SupportFull
        if claim.seated:
            yield from passed_over(ledger, list(ledger.waiting_groups()), id, more, claim.quota)
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
    claim = yield from _current(ledger, registration_id, now)
    kept = {one.id for one in ledger.open_quotas}
    if invitation and invitation != claim.invitation:
        _check_invitation(ledger, invitation, claim.size, now)
        opened = ledger.terms.invitation(invitation)
        if quota is None and opened is not None and opened.quota in kept:
            quota = opened.quota
    if quota and quota not in kept:
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


def adopt(ledger: Ledger, terms: Terms, now: datetime) -> Steps[None]:
    """Adopt other terms of the gathering. Lowered below what is taken nobody loses a seat or support, but nobody gets any either."""
    yield from lapse(ledger, now)
    offers_changed = terms.support != ledger.terms.support
    taken_out = {one.id for one in ledger.terms.quotas} - {one.id for one in terms.quotas}
    yield ledger.with_state(terms=terms)
    yield from release_due(ledger, now, taken_out)
    if terms.ask_at is None or terms.ask_at > now:
        yield from withdraw_question(ledger)
    if offers_changed:
        closed = {offer.id for offer in terms.support if offer.id in ledger.state.closed and not offer.open(now)}
        yield ledger.with_state(closed=frozenset(closed))
        yield from review_wishes(ledger, now)
    yield from move_on(ledger, now)


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


def _check_invitation(ledger: Ledger, invitation: str, people: int, now: datetime) -> None:
    if invitation:
        used = ledger.counts.people_by_invitation[invitation]
        wrong = refusal(ledger.terms.invitation(invitation), used, people, now)
        if wrong is not None:
            raise Invalid(wrong)


def _check_growth(ledger: Ledger, claim: Claim, more: int) -> None:
    invitation = ledger.terms.invitation(claim.invitation)
    if invitation is not None:
        wrong = growth(invitation, ledger.counts.people_by_invitation[invitation.id], more, "/party")
        if wrong is not None:
            raise Invalid(wrong)


def _current(ledger: Ledger, registration_id: str, now: datetime) -> Steps[Claim]:
    yield from lapse(ledger, now)
    claim = ledger.claims.get(registration_id)
    if claim is None:
        raise NotRegistered
    return claim
