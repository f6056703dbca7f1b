"""Moves seats and support on with time: deadlines pass, groups in line are served, groups are asked once more.

In a gathering that was called off deadlines still pass, but nothing moves on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from contracts.registration import (
    ParticipantAsked,
    ParticipantConfirmed,
    ParticipantLapsed,
    ParticipantOffered,
    ParticipantPassedOver,
    ParticipantReleased,
    ParticipantSupported,
    SupportClosed,
)
from services.registration.domain.claim import Claim, EndedClaim
from services.registration.domain.ledger import EndedChange, Ledger, Steps
from services.registration.domain.refused import NotRegistered


def lapse(ledger: Ledger, now: datetime) -> Steps[None]:
    """End whatever claim's deadline has passed, move on what is free, and do what else the time has come for.

    What is free moves on whatever freed it: nothing moves once a meeting has begun, and a clock set back by then finds seats that
    belong to the line.
    """
    yield from release_due(ledger, now)
    while (first := ledger.deadlines.next()) is not None and first[0] <= now:
        registration_id = first[1]
        claim = ledger.claims[registration_id]
        yield from end(ledger, registration_id, "lapsed", now)
        if claim.asked:
            yield ParticipantReleased(gathering_id=ledger.id, registration_id=registration_id)
        else:
            was: Literal["unconfirmed", "offered"] = "offered" if claim.confirmed else "unconfirmed"
            yield ParticipantLapsed(gathering_id=ledger.id, registration_id=registration_id, was=was)
    yield from move_on(ledger, now)
    if ledger.state.published:
        yield from _ask_once_more(ledger, now)
        yield from _close_support(ledger, now)


def current_claim(ledger: Ledger, registration_id: str, now: datetime) -> Steps[Claim]:
    """The claim of a group, once what is due has lapsed. Raises: NotRegistered."""
    yield from lapse(ledger, now)
    claim = ledger.claims.get(registration_id)
    if claim is None:
        raise NotRegistered
    return claim


def move_on(ledger: Ledger, now: datetime, in_draw: bool = False) -> Steps[None]:
    """Give what is free: support first to those who have seats and wait for it, then seats."""
    if ledger.terms.begun(now) or ledger.state.status == "cancelled":
        return
    while (served := ledger.support.next_served()) is not None:
        offer_id, registration_id = served
        claim = ledger.claims[registration_id]
        wishes = tuple(replace(w, status="granted") if w.support == offer_id else w for w in claim.wishes)
        yield ledger.with_claim(registration_id, replace(claim, wishes=wishes))
        yield supported(ledger, registration_id, claim, "freed")
    if not ledger.state.before_draw:
        yield from _move_up(ledger, now, in_draw)


def end(ledger: Ledger, registration_id: str, how: Literal["cancelled", "lapsed"], now: datetime) -> Steps[None]:
    """End a claim, and remember how it ended."""
    claim = ledger.claims[registration_id]
    support = tuple(wish.support for wish in claim.wishes)
    yield ledger.with_claim(registration_id, None)
    yield EndedChange(registration_id, None, EndedClaim(how, now, claim.language, claim.channel, support))


def take_turn(ledger: Ledger) -> Steps[int]:
    """Take the next place at the end of the line."""
    turn = ledger.state.next_turn
    yield ledger.with_state(next_turn=turn + 1)
    return turn


def served(ledger: Ledger, claim: Claim) -> Steps[Claim]:
    """Request the support that a group with seats wishes for; the claim then. Without seats it stays as it is."""
    if not claim.seated or all(wish.status != "with_seat" for wish in claim.wishes):
        return claim
    turn = yield from take_turn(ledger)
    return replace(claim, wishes=ledger.support.with_seats(claim, turn))


def release_due(ledger: Ledger, now: datetime, taken_out: Collection[str] = ()) -> Steps[None]:
    """Release the kept seats of quotas that are due, or that were taken out: they become general, and claims forget what was declared."""
    if not ledger.state.published:
        return
    starts_at = ledger.terms.starts_at
    due = {*taken_out}
    for quota in ledger.open_quotas:
        ends_at = quota.ends(starts_at)
        if ends_at is not None and ends_at <= now:
            due.add(quota.id)
    if not due:
        return
    yield ledger.with_state(released=ledger.state.released | due)
    for registration_id, claim in list(ledger.in_order()):
        if claim.quota in due:
            yield ledger.with_claim(registration_id, replace(claim, quota=""))


def passed_over(
    ledger: Ledger, passed: Iterable[tuple[str, Claim]], in_favour_of: str, size: int, quota: str
) -> Steps[None]:
    """Record that groups in line were too large for the seats free for everybody, of which another group gets some. Seats kept for
    that group are taken from nobody."""
    if size <= ledger.kept_seats(quota):
        return
    for registration_id, claim in passed:
        yield ParticipantPassedOver(
            gathering_id=ledger.id,
            registration_id=registration_id,
            size=claim.size,
            free=ledger.room(),
            in_favour_of=in_favour_of,
        )


def supported(
    ledger: Ledger, registration_id: str, before: Claim, because: Literal["seats", "request", "freed", "offer"]
) -> ParticipantSupported:
    """The event that says how a group's wishes stand now."""
    status_before, status_now = before.support_status, ledger.claims[registration_id].support_status
    granted = tuple(
        id for id, status in status_now.items() if status == "granted" and status_before.get(id) != "granted"
    )
    return ParticipantSupported(
        gathering_id=ledger.id,
        registration_id=registration_id,
        support_status=status_now,
        granted=granted,
        because=because,
    )


def withdraw_question(ledger: Ledger) -> Steps[None]:
    """Take back the question whether confirmed groups come; it may be asked again later."""
    if ledger.state.asked:
        yield ledger.with_state(asked=False)
    for registration_id, claim in list(ledger.in_order(("confirmed",))):
        if claim.asked:
            yield ledger.with_claim(registration_id, replace(claim, asked=False, until=None))


def review_wishes(ledger: Ledger, now: datetime) -> Steps[None]:
    """Review each wish after the offers changed."""
    for registration_id, claim in list(ledger.in_order()):
        reviewed = replace(claim, wishes=ledger.support.reviewed(claim, now))
        if reviewed == claim:
            continue
        yield ledger.with_claim(registration_id, reviewed)
        yield ledger.with_claim(registration_id, (yield from served(ledger, reviewed)))
        yield supported(ledger, registration_id, claim, "offer")


def _move_up(ledger: Ledger, now: datetime, in_draw: bool) -> Steps[None]:
    """Give free seats to the first groups in line that fit.

    One pass is enough: what is free only gets less for everybody, so a group that did not fit does not fit later either.
    """
    if not ledger.someone_fits:
        return
    passed: list[tuple[str, Claim]] = []
    for registration_id, claim in list(ledger.waiting_groups()):
        if claim.size > ledger.room(claim.quota):
            passed.append((registration_id, claim))
            continue
        yield from passed_over(ledger, passed, registration_id, claim.size, claim.quota)
        yield from _seat(ledger, registration_id, claim, now, in_draw)
        if not ledger.someone_fits:
            return


def _seat(ledger: Ledger, registration_id: str, claim: Claim, now: datetime, in_draw: bool) -> Steps[None]:
    """Seat a group in line: offered, or for sure in a draw; who has not confirmed their address yet keeps that deadline."""
    offered = claim.confirmed and not in_draw
    until = ledger.terms.until(now, ledger.terms.offer) if offered else claim.until
    seated = yield from served(ledger, replace(claim, seated=True, until=until))
    yield ledger.with_claim(registration_id, seated)
    if seated.wishes != claim.wishes:
        yield supported(ledger, registration_id, claim, "seats")
    if offered and until is not None:
        yield ParticipantOffered(gathering_id=ledger.id, registration_id=registration_id, offer_expires_at=until)
    elif claim.confirmed:
        yield ParticipantConfirmed(gathering_id=ledger.id, registration_id=registration_id, by="draw")


def _ask_once_more(ledger: Ledger, now: datetime) -> Steps[None]:
    ask_at, reconfirm = ledger.terms.ask_at, ledger.terms.reconfirm
    if ledger.state.asked or ask_at is None or reconfirm is None or now < ask_at:
        return
    yield ledger.with_state(asked=True)
    if ledger.terms.begun(now):
        return
    until = ledger.terms.until(now, reconfirm.answer)
    for registration_id, claim in list(ledger.in_order(("confirmed",))):
        yield ledger.with_claim(registration_id, replace(claim, asked=True, until=until))
        yield ParticipantAsked(gathering_id=ledger.id, registration_id=registration_id, reconfirm_by=until)


def _close_support(ledger: Ledger, now: datetime) -> Steps[None]:
    for offer in ledger.terms.support:
        if offer.id in ledger.state.closed or offer.open(now):
            continue
        yield ledger.with_state(closed=ledger.state.closed | {offer.id})
        granted = [c.size for c in ledger.claims.values() if c.support_status.get(offer.id) == "granted"]
        yield SupportClosed(
            gathering_id=ledger.id,
            support=offer.id,
            groups=len(granted),
            people=sum(granted),
            waiting=ledger.support.waiting(offer.id),
        )
