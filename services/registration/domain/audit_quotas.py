"""Checking the trail of a gathering that kept seats for groups.

The trail says of nobody what they declared, so it can't be told which of those in line a kept seat belongs to. Each decision is
taken as it stands and held against what the rules allow, whoever declared what:
* never more people with seats than the capacity, or than had them when it was lowered;
* seats go past somebody in line whom they would have fitted only as often as seats are kept;
* nobody waits for seats that are free beyond all kept ones;
* deadlines, confirmations, draws and ends are as in every other trail.

An unconfirmed group in line gets seats without an entry of its own: until one tells, both is possible.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.registration.domain.audit_entries import UNFOUNDED, Entry, moment, terms_in, wrong_deadline, wrong_draw
from services.registration.domain.claim import Claim
from services.registration.domain.drawing import reorder
from services.registration.domain.ledger import GatheringState, Ledger, carry_out
from services.registration.domain.moving_on import take_turn, withdraw_question


@dataclass(frozen=True, slots=True)
class KeptSeats:
    seats: int
    until: datetime


class QuotaReplay:
    """Follows a trail entry by entry: the ledger as the trail tells it, and how many people may have seats at most."""

    def __init__(self) -> None:
        self._ledger: Ledger | None = None
        self._commitment: str | None = None
        self._kept: tuple[KeptSeats, ...] = ()
        self._open: tuple[KeptSeats, ...] = ()
        """Those whose time has not come."""
        self._passing: set[str] = set()
        """Groups with seats that went past somebody whom the seats would have fitted, since these are open."""
        self._most = 0

    def entry(self, entry: Entry, later: Iterable[Entry]) -> str | None:
        """Take one entry; what is wrong with it, or with what stands when its moment is over."""
        if entry.type == "gathering.published":
            self._ledger = Ledger("", GatheringState(terms_in(entry.data)))
            self._commitment, self._most = entry.data.get("seed_commitment"), self._ledger.terms.capacity
        ledger = self._ledger
        if ledger is None:
            return "It comes before the gathering was published."
        if entry.type in ("gathering.published", "gathering.changed"):
            self._adopt(ledger, entry)
        self._close_ended(entry.at)
        gathering = entry.type.startswith("gathering.")
        wrong = self._of_gathering(ledger, entry) if gathering else self._of_group(ledger, entry)
        taken, perhaps = ledger.counts.taken, _perhaps_seated(ledger)
        if wrong is None and taken > self._most:
            wrong = f"{taken} people would have seats; there are {ledger.terms.capacity}."
        self._most = max(ledger.terms.capacity, min(self._most, taken + perhaps))
        over = next((one.at for one in later), None) != entry.at
        if wrong is None and over and entry.data.get("changed") != ["series"]:
            wrong = self._check_waiting(ledger, entry.at)
        return wrong

    def _adopt(self, ledger: Ledger, entry: Entry) -> None:
        terms = terms_in(entry.data)
        ledger.apply(ledger.with_state(terms=terms))
        starts_at = terms.starts_at or entry.at
        self._kept = tuple(
            KeptSeats(kept_seats["seats"], min(moment(kept_seats, "until") or starts_at, starts_at))
            for kept_seats in entry.data.get("kept") or ()
        )
        if terms.ask_at is None or terms.ask_at > entry.at:
            carry_out(ledger, withdraw_question(ledger))

    def _close_ended(self, now: datetime) -> None:
        """Keep no more seats whose time has come. Who went past somebody is counted anew from then on."""
        open_now = tuple(one for one in self._kept if now < one.until)
        if open_now != self._open:
            self._open, self._passing = open_now, set()

    def _check_waiting(self, ledger: Ledger, now: datetime) -> str | None:
        """Check that nobody waits for seats that are free beyond all kept ones."""
        if ledger.terms.begun(now) or not ledger.state.published or ledger.state.before_draw:
            return None
        unkept = ledger.free - _perhaps_seated(ledger) - sum(one.seats for one in self._open)
        if unkept > 0 and any(claim.size <= unkept for _, claim in ledger.in_order(("waiting",))):
            return f"{unkept} seats are kept for nobody, and somebody in line fits into them."
        return None

    def _of_gathering(self, ledger: Ledger, entry: Entry) -> str | None:
        if entry.type == "gathering.cancelled":
            ledger.apply(ledger.with_state(status="cancelled"))
        elif entry.type == "gathering.drawn":
            if wrong := wrong_draw(self._commitment, ledger.queue, entry.data):
                return wrong
            ledger.apply(ledger.with_state(drawn_at=entry.at))
            carry_out(ledger, reorder(ledger, bytes.fromhex(entry.data["seed"])))
        return None

    def _of_group(self, ledger: Ledger, entry: Entry) -> str | None:
        now, data, id = entry.at, entry.data, entry.data["registration_id"]
        claim = ledger.claims.get(id)
        if entry.type == "participant.registered":
            return self._register(ledger, entry) if claim is None else UNFOUNDED
        if claim is None:
            return UNFOUNDED
        match entry.type:
            case "participant.passed-over":
                # Once it has begun the line stands still, and whoever comes gets what is free.
                fits = claim.size <= data["free"] and not ledger.terms.begun(now)
                return UNFOUNDED if claim.seated or claim.size != data["size"] or fits else None
            case "participant.extended" if not claim.confirmed:
                return self._set_claim(ledger, id, replace(claim, until=moment(data, "confirm_by")))
            case "participant.confirmed":
                return self._confirm(ledger, id, claim, data["by"], now)
            case "participant.waiting" if not claim.seated and (claim.confirmed or data["because"] == "address"):
                return self._set_claim(ledger, id, replace(claim, confirmed=True, until=None, origins=()))
            case "participant.offered" if claim.confirmed and not claim.seated:
                until = ledger.terms.until(now, ledger.terms.offer)
                if moment(data, "offer_expires_at") != until:
                    return f"By the rules the offer had to run until {until.isoformat()}."
                return self._seat(ledger, id, replace(claim, until=until), now)
            case "participant.lapsed" if claim.until is not None and claim.until <= now and not claim.asked:
                return self._set_claim(ledger, id, None)
            case "participant.released" if claim.until is not None and claim.until <= now and claim.asked:
                return self._set_claim(ledger, id, None)
            case "participant.cancelled":
                return self._set_claim(ledger, id, None)
            case "participant.changed":
                return self._resize(ledger, id, claim, data["size"], now)
            case "participant.reassigned":
                self._counts_for_others(ledger, id, claim)
                return None
            case "participant.asked" if claim.status == "confirmed":
                return self._set_claim(ledger, id, replace(claim, asked=True, until=moment(data, "reconfirm_by")))
            case "participant.reconfirmed" if claim.asked:
                return self._set_claim(ledger, id, replace(claim, asked=False, until=None))
            case "participant.arrived" if (claim.seated or not claim.confirmed) and data.get("people", 1) <= claim.size:
                people = data.get("people") or claim.size
                arrived = replace(claim, seated=True, came=people, confirmed=True, asked=False, until=None)
                return self._set_claim(ledger, id, arrived)
            case "participant.arrival-undone" if claim.arrived:
                return self._set_claim(ledger, id, replace(claim, came=0))
        return UNFOUNDED

    def _register(self, ledger: Ledger, entry: Entry) -> str | None:
        id, data, size = entry.data["registration_id"], entry.data, entry.data["size"]
        if wrong := wrong_deadline(ledger.terms, entry):
            return wrong
        until, seated = moment(data, "confirm_by"), data.get("position") is None
        if size < 1 or (seated and ledger.state.before_draw) or (data.get("position") or 1) > len(ledger.queue) + 1:
            return UNFOUNDED
        if data["status"] != ("unconfirmed" if until else "confirmed" if seated else "waiting"):
            return UNFOUNDED
        turn, _ = carry_out(ledger, take_turn(ledger))
        claim = Claim(size, turn, False, until is None, until)
        ledger.apply(ledger.with_claim(id, claim))
        return self._seat(ledger, id, claim, entry.at) if seated else None

    def _confirm(self, ledger: Ledger, id: str, claim: Claim, by: str, now: datetime) -> str | None:
        sure = replace(claim, confirmed=True, until=None)
        if by == "address" and not claim.confirmed and not ledger.state.before_draw:
            # It got its seats some time before, without an entry: past whom can't be told any more.
            return self._set_claim(ledger, id, replace(sure, seated=True))
        if by == "acceptance" and claim.status == "offered":
            return self._set_claim(ledger, id, sure)
        if by == "draw" and claim.status == "waiting" and ledger.state.drawn_at == now:
            return self._seat(ledger, id, sure, now)
        return None if by == "registration" and claim.seated and claim.confirmed else UNFOUNDED

    def _resize(self, ledger: Ledger, id: str, claim: Claim, size: int, now: datetime) -> str | None:
        changed = replace(claim, size=size, came=min(claim.came, size))
        if claim.seated and size > claim.size and (wrong := self._check_passing(ledger, id, size - claim.size, now)):
            return wrong
        return self._set_claim(ledger, id, changed) if size >= 1 else UNFOUNDED

    def _counts_for_others(self, ledger: Ledger, id: str, claim: Claim) -> None:
        """Let a group that was corrected to count for other kept seats have general ones, where as many are free: the kept seat that it had is free again."""
        others = ledger.counts.taken - claim.size
        kept = max(0, sum(one.seats for one in self._open) - others - _perhaps_seated(ledger))
        if claim.size <= ledger.terms.capacity - others - kept:
            self._passing.discard(id)

    def _seat(self, ledger: Ledger, id: str, claim: Claim, now: datetime) -> str | None:
        """Give a group in line seats; what is wrong with that."""
        wrong = self._check_passing(ledger, id, claim.size, now, claim.turn)
        return wrong or self._set_claim(ledger, id, replace(claim, seated=True))

    def _check_passing(self, ledger: Ledger, id: str, size: int, now: datetime, turn: int | None = None) -> str | None:
        """Check that a group may get seats although others, who would fit into them, are in line before it."""
        if ledger.terms.begun(now):
            return None
        ahead = (claim for _, claim in ledger.in_order(("waiting",)) if turn is None or claim.turn < turn)
        if not any(claim.size <= size for claim in ahead):
            return None
        self._passing = {one for one in self._passing if one in ledger.claims} | {id}
        if len(self._passing) > sum(one.seats for one in self._open):
            return "More groups got seats past somebody in line who fits into them than seats are kept."
        return None

    def _set_claim(self, ledger: Ledger, id: str, claim: Claim | None) -> str | None:
        """Take over the claim as the entry tells it; None, because nothing is wrong with the entry."""
        ledger.apply(ledger.with_claim(id, claim))
        return None


def _perhaps_seated(ledger: Ledger) -> int:
    """People in line of whom the trail has not said yet whether they have seats."""
    if ledger.state.before_draw:
        return 0
    return sum(claim.size for _, claim in ledger.in_order(("unconfirmed",)) if not claim.seated)
