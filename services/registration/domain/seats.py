"""The seat ledger of one gathering: who holds seats, who waits in line, and how seats move on.

Rules, in the words the municipality publishes them:
* A group is never split. Free seats go to the first group in line that fits into them.
* Whoever arrives stands at the end of the same line, so a newcomer gets seats at once only when nobody before them fits.
* A group that is passed over because it is too large for the free seats keeps its place; each passing-over is recorded.
* Seats that reach a group in line are offered until a deadline; a newcomer's seats are theirs at once.
* An address that has to be confirmed keeps its seat or its place in line until a deadline, then both lapse.

The ledger changes in place and remembers what changed (`take_changes`), so several commands can be decided before one write.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from contracts.envelope import Event
from contracts.registration import (
    ParticipantArrived,
    ParticipantCancelled,
    ParticipantConfirmed,
    ParticipantLapsed,
    ParticipantOffered,
    ParticipantPassedOver,
    ParticipantRegistered,
    ParticipantWaiting,
    SeatStatus,
)


class Refused(Exception):
    """A command the rules do not allow; `code` is stable, `detail` a sentence."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Claim:
    """A group's claim. `turn`: its place in the order of arrival. `until`: its deadline, if one runs."""

    size: int
    turn: int
    seated: bool
    confirmed: bool
    until: datetime | None = None
    arrived: bool = False

    @property
    def status(self) -> SeatStatus:
        if self.arrived:
            return "arrived"
        if not self.confirmed:
            return "unconfirmed"
        if not self.seated:
            return "waiting"
        return "offered" if self.until is not None else "confirmed"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What the others are told about a group that registers."""

    registration_id: str
    size: int
    language: str
    channel: Literal["web", "phone", "email", "helper"]
    support: tuple[str, ...] = ()


@dataclass
class Ledger:
    """The ledger of the gathering `id`. Claims are kept in order of arrival."""

    id: str
    capacity: int
    offer: timedelta
    claims: dict[str, Claim] = field(default_factory=dict)
    next_turn: int = 1
    events: list[Event] = field(default_factory=list)
    _changed: dict[str, Claim | None] = field(default_factory=dict)
    _smallest: int = 0
    taken: int = 0
    waiting: int = 0

    def __post_init__(self) -> None:
        self.claims = dict(sorted(self.claims.items(), key=lambda item: item[1].turn))
        self.taken = sum(c.size for c in self.claims.values() if c.seated)
        self.waiting = sum(c.size for c in self.claims.values() if not c.seated)
        self._smallest = min((c.size for c in self.claims.values() if not c.seated), default=0)

    @property
    def free(self) -> int:
        """Seats nobody holds; none where capacity was lowered below what is taken."""
        return max(0, self.capacity - self.taken)

    def position(self, registration_id: str) -> int | None:
        """1 for the first group in line; None for a group that does not wait."""
        for position, (waiting_id, _) in enumerate(self._line(), start=1):
            if waiting_id == registration_id:
                return position
        return None

    def next_deadline(self) -> datetime | None:
        """When time alone changes something."""
        return min((c.until for c in self.claims.values() if c.until is not None), default=None)

    def take_changes(self) -> dict[str, Claim | None]:
        """Claims changed since the last call (None: gone)."""
        changed, self._changed = self._changed, {}
        return changed

    def take_events(self) -> list[Event]:
        """Events since the last call, in order."""
        events, self.events = self.events, []
        return events

    def register(self, newcomer: Newcomer, now: datetime, confirm_by: datetime | None) -> Claim:
        """Claim seats or a place in line; repeating it changes nothing. `confirm_by` None: the address needs no confirmation."""
        self.lapse(now)
        existing = self.claims.get(newcomer.registration_id)
        if existing is not None:
            return existing
        seated = newcomer.size <= self.free
        claim = Claim(newcomer.size, self.next_turn, seated, confirm_by is None, confirm_by)
        self.next_turn += 1
        if seated and self.waiting:
            self._record_passed_over(newcomer.registration_id, claim.turn)
        self._put(newcomer.registration_id, claim)
        self.events.append(
            ParticipantRegistered(
                gathering_id=self.id,
                registration_id=newcomer.registration_id,
                status=claim.status,
                position=None if seated else self.position(newcomer.registration_id),
                size=newcomer.size,
                language=newcomer.language,
                channel=newcomer.channel,
                support=newcomer.support,
                confirm_by=confirm_by,
            )
        )
        if claim.status == "confirmed":
            self._tell_confirmed(newcomer.registration_id, "registration")
        return claim

    def confirm(self, registration_id: str, now: datetime) -> Claim:
        """The address was confirmed."""
        claim = self._current(registration_id, now)
        if claim.confirmed:
            return claim
        claim = replace(claim, confirmed=True, until=None)
        self._put(registration_id, claim)
        if claim.seated:
            self._tell_confirmed(registration_id, "address")
        else:
            position = self.position(registration_id) or 0
            self.events.append(
                ParticipantWaiting(gathering_id=self.id, registration_id=registration_id, position=position)
            )
        return claim

    def accept(self, registration_id: str, now: datetime) -> Claim:
        """An offer was accepted."""
        claim = self._current(registration_id, now)
        if claim.status in ("confirmed", "arrived"):
            return claim
        if claim.status != "offered":
            raise Refused("no-offer", "No seat is being offered to this registration.")
        claim = replace(claim, until=None)
        self._put(registration_id, claim)
        self._tell_confirmed(registration_id, "acceptance")
        return claim

    def cancel(self, registration_id: str, now: datetime, by: Literal["holder", "staff", "erasure"]) -> bool:
        """Give up seats or place; False where there was nothing (any more)."""
        self.lapse(now)
        if registration_id not in self.claims:
            return False
        self._remove(registration_id)
        self.events.append(ParticipantCancelled(gathering_id=self.id, registration_id=registration_id, by=by))
        self._move_up(now)
        return True

    def arrive(self, registration_id: str, now: datetime) -> Claim:
        """Check a group in; repeating it changes nothing."""
        claim = self._current(registration_id, now)
        if claim.arrived:
            return claim
        if not claim.seated:
            raise Refused("no-seat", "This group is still waiting for seats.")
        claim = replace(claim, arrived=True, confirmed=True, until=None)
        self._put(registration_id, claim)
        self.events.append(ParticipantArrived(gathering_id=self.id, registration_id=registration_id))
        return claim

    def resize(self, capacity: int, now: datetime) -> None:
        """Another capacity. Lowered below what is taken nobody loses a seat, but nobody gets one either."""
        self.lapse(now)
        self.capacity = capacity
        self._move_up(now)

    def lapse(self, now: datetime) -> None:
        """Let go whatever's deadline has passed, and move seats on; as often as that itself makes deadlines pass."""
        deadline = self.next_deadline() if self._has_deadlines() else None
        if deadline is None or deadline > now:
            return
        for registration_id, claim in list(self.claims.items()):
            if claim.until is not None and claim.until <= now:
                was: Literal["unconfirmed", "offered"] = "offered" if claim.confirmed else "unconfirmed"
                self._remove(registration_id)
                self.events.append(ParticipantLapsed(gathering_id=self.id, registration_id=registration_id, was=was))
        self._move_up(now)

    def _has_deadlines(self) -> bool:
        return any(claim.until is not None for claim in self.claims.values())

    def _move_up(self, now: datetime) -> None:
        """Give free seats to the first groups in line that fit, until none fits."""
        while self.waiting and self._smallest <= self.free:
            fitting = next(((i, c) for i, c in self._line() if c.size <= self.free), None)
            if fitting is None:
                return
            registration_id, claim = fitting
            self._record_passed_over(registration_id, claim.turn)
            until = now + self.offer if claim.confirmed else claim.until
            self._put(registration_id, replace(claim, seated=True, until=until))
            if claim.confirmed:
                assert until is not None
                self.events.append(
                    ParticipantOffered(gathering_id=self.id, registration_id=registration_id, offer_expires_at=until)
                )

    def _record_passed_over(self, in_favour_of: str, turn: int) -> None:
        for registration_id, claim in self._line():
            if claim.turn >= turn:
                return
            self.events.append(
                ParticipantPassedOver(
                    gathering_id=self.id,
                    registration_id=registration_id,
                    size=claim.size,
                    free=self.free,
                    in_favour_of=in_favour_of,
                )
            )

    def _current(self, registration_id: str, now: datetime) -> Claim:
        self.lapse(now)
        claim = self.claims.get(registration_id)
        if claim is None:
            raise Refused("not-registered", "This registration was cancelled or has lapsed.")
        return claim

    def _line(self) -> Iterator[tuple[str, Claim]]:
        return ((i, c) for i, c in self.claims.items() if not c.seated)

    def _put(self, registration_id: str, claim: Claim) -> None:
        self._account(self.claims.get(registration_id), -1)
        self.claims[registration_id] = claim
        self._account(claim, +1)
        self._changed[registration_id] = claim

    def _remove(self, registration_id: str) -> None:
        self._account(self.claims.pop(registration_id), -1)
        self._changed[registration_id] = None

    def _account(self, claim: Claim | None, sign: int) -> None:
        if claim is None:
            return
        if claim.seated:
            self.taken += sign * claim.size
        else:
            self.waiting += sign * claim.size
            if sign > 0:
                self._smallest = min(self._smallest or claim.size, claim.size)
            elif claim.size == self._smallest:
                self._smallest = min((c.size for i, c in self._line() if c is not claim), default=0)

    def _tell_confirmed(
        self, registration_id: str, by: Literal["registration", "address", "acceptance", "draw"]
    ) -> None:
        self.events.append(ParticipantConfirmed(gathering_id=self.id, registration_id=registration_id, by=by))
