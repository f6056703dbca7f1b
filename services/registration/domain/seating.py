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

What a group says to keep its seats stands in `domain/confirming.py`, how a group changes in `domain/group_changes.py`, what is said of
support in `domain/support.py`. Each rule is a decision (`Steps`) that first lets lapse what is due.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from contracts.registration import (
    ParticipantArrivalUndone,
    ParticipantArrived,
    ParticipantCancelled,
    ParticipantConfirmed,
    ParticipantRegistered,
)
from services.registration.domain.claim import Claim, Group
from services.registration.domain.invitations import refusal
from services.registration.domain.ledger import Ledger, Steps
from services.registration.domain.moving_on import (
    current_claim,
    end,
    lapse,
    move_on,
    passed_over,
    release_due,
    review_wishes,
    served,
    take_turn,
    withdraw_question,
)
from services.registration.domain.refused import Invalid, ListFull, StillWaiting, TooManyPeople, TooManyUnconfirmed
from services.registration.domain.terms import Terms

MOST_GROUPS = 6_000
"""Groups a gathering has room for, those in line among them: its ledger is one document."""

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
    check_invitation(ledger, group.invitation, group.size, now)
    wishes = ledger.support.wishes_after((), group.support, now)
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
    claim = yield from current_claim(ledger, registration_id, now)
    before = claim.here(meeting)
    people_here = (before or claim.size) if people is None else people
    if people_here == before:
        return claim
    if not claim.seated:
        raise StillWaiting
    if not 0 <= people_here <= claim.size:
        raise TooManyPeople
    came_to = {**dict(claim.came_to), meeting: people_here} if meeting else {}
    people_came = max(came_to.values()) if meeting else people_here
    came_at = (now if people_here and not before else claim.came_at or now) if people_came else None
    claim = replace(
        claim,
        came=people_came,
        came_at=came_at,
        came_to=tuple(sorted((id, number) for id, number in came_to.items() if number)),
        confirmed=True,
        asked=False,
        until=None,
        origins=(),
    )
    yield ledger.with_claim(registration_id, claim)
    ids, at = {"gathering_id": ledger.id, "registration_id": registration_id}, meeting or None
    if people_came:
        yield ParticipantArrived(**ids, people=people_came, meeting=at, here=people_here if at else None)
    else:
        yield ParticipantArrivalUndone(**ids, meeting=at)
    return claim


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


def check_invitation(ledger: Ledger, invitation: str, people: int, now: datetime) -> None:
    """Check that an invitation is good for so many people. Raises: Invalid."""
    if invitation:
        used = ledger.counts.people_by_invitation[invitation]
        wrong = refusal(ledger.terms.invitation(invitation), used, people, now)
        if wrong is not None:
            raise Invalid(wrong)
