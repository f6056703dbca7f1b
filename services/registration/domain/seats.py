"""The seat ledger of one gathering: who holds seats, who waits in line, and how seats move on.

Rules, in the words the municipality publishes them:
* A group is never split. Free seats go to the first group in line that fits into them.
* Whoever arrives stands at the end of the same line, so a newcomer gets seats at once only when nobody before them fits.
* A group that is passed over because it is too large for the free seats keeps its place; each passing-over is recorded.
* Seats that reach a group in line are offered until a deadline; a newcomer's seats are theirs at once.
* In a lottery everyone stands in line until the draw; the draw puts the line into a new order and gives seats by the same rule.
* An address that has to be confirmed keeps its seat or its place in line until a deadline, then both lapse.

The ledger changes in place and remembers what changed (`take_changes`), so several commands can be decided before one write.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from contracts.envelope import Event
from contracts.registration import (
    Allocation,
    GatheringAttended,
    ParticipantArrivalUndone,
    ParticipantArrived,
    ParticipantCancelled,
    ParticipantChanged,
    ParticipantConfirmed,
    ParticipantLapsed,
    ParticipantOffered,
    ParticipantPassedOver,
    ParticipantRegistered,
    ParticipantWaiting,
)
from services.registration.domain.claim import Claim, Newcomer, Refused
from services.registration.domain.lottery import drawn_order

__all__ = ["Claim", "Ledger", "Newcomer", "Refused"]


@dataclass
class Ledger:
    """The ledger of the gathering `id`. Claims are kept in order of their turns.

    `starts_at`: no offer runs beyond it, and from then on seats no longer move.
    """

    id: str
    capacity: int
    offer: timedelta
    claims: dict[str, Claim] = field(default_factory=dict)
    next_turn: int = 1
    allocation: Allocation = "first_come"
    drawn: bool = False
    starts_at: datetime | None = None
    events: list[Event] = field(default_factory=list)
    _changed: dict[str, Claim | None] = field(default_factory=dict)
    _line_sizes: Counter[int] = field(default_factory=Counter)
    _deadlines: list[tuple[datetime, str]] = field(default_factory=list)
    taken: int = 0
    waiting: int = 0
    here: int = 0

    def __post_init__(self) -> None:
        self.claims = dict(sorted(self.claims.items(), key=lambda item: item[1].turn))
        self.taken = self.waiting = self.here = 0
        for claim in self.claims.values():
            self._account(claim, +1)
        self._deadlines = [(c.until, i) for i, c in self.claims.items() if c.until is not None]
        heapq.heapify(self._deadlines)

    @property
    def free(self) -> int:
        """Seats nobody holds; none where capacity was lowered below what is taken."""
        return max(0, self.capacity - self.taken)

    def position(self, registration_id: str) -> int | None:
        """1 for the first group in line; None for a group that does not wait."""
        claim = self.claims.get(registration_id)
        if claim is None or claim.seated:
            return None
        for position, (waiting_id, _) in enumerate(self._line(), start=1):
            if waiting_id == registration_id:
                return position
        return None

    def positions(self) -> dict[str, int]:
        """The position of every group in line, first to last."""
        return {id: position for position, (id, _) in enumerate(self._line(), start=1)}

    def next_deadline(self) -> datetime | None:
        """When time alone changes something."""
        while self._deadlines:
            until, registration_id = self._deadlines[0]
            claim = self.claims.get(registration_id)
            if claim is not None and claim.until == until:
                return until
            heapq.heappop(self._deadlines)
        return None

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
        seated = newcomer.size <= self.free and not self._before_draw
        claim = Claim(newcomer.size, self.next_turn, seated, confirm_by is None, confirm_by)
        self.next_turn += 1
        if seated and self.waiting:
            self._tell_passed_over(self._line(), newcomer.registration_id)
        self._put(newcomer.registration_id, claim)
        self.events.append(
            ParticipantRegistered(
                gathering_id=self.id,
                registration_id=newcomer.registration_id,
                status=claim.status,
                position=None if seated else self._line_sizes.total(),
                size=newcomer.size,
                language=newcomer.language,
                channel=newcomer.channel,
                support=newcomer.support,
                confirm_by=confirm_by,
                walk_in=newcomer.walk_in,
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

    def arrive(self, registration_id: str, now: datetime, people: int | None = None) -> Claim:
        """Check a group in; repeating it changes nothing. `people`: how many of it are here; 0 takes the check-in back.

        Raises: Refused `not-registered`, `no-seat`, `too-many`.
        """
        claim = self._current(registration_id, now)
        came = (claim.came or claim.size) if people is None else people
        if came == claim.came:
            return claim
        if not claim.seated:
            raise Refused("no-seat", "This group is still waiting for seats.")
        if not 0 <= came <= claim.size:
            raise Refused("too-many", "More people than are registered: first change how many come.")
        claim = replace(claim, came=came, came_at=(claim.came_at or now) if came else None, confirmed=True, until=None)
        self._put(registration_id, claim)
        ids = {"gathering_id": self.id, "registration_id": registration_id}
        self.events.append(ParticipantArrived(**ids, people=came) if came else ParticipantArrivalUndone(**ids))
        return claim

    def attendance(self) -> GatheringAttended:
        """Who was there and who was not, as it stands."""
        here = [claim for claim in self.claims.values() if claim.arrived]
        missed = {id: c.size for id, c in self.claims.items() if c.seated and c.confirmed and not c.arrived}
        return GatheringAttended(
            gathering_id=self.id, groups=len(here), people=self.here, missed=tuple(missed),
            missed_people=sum(missed.values()) + sum(claim.size - claim.came for claim in here),
        )  # fmt: skip

    def resize(self, capacity: int, now: datetime) -> None:
        """Another capacity. Lowered below what is taken nobody loses a seat, but nobody gets one either."""
        self.lapse(now)
        self.capacity = capacity
        self._move_up(now)

    def lapse(self, now: datetime) -> None:
        """Let go whatever's deadline has passed, and move seats on; as often as that itself makes deadlines pass."""
        before = len(self.claims)
        while (deadline := self.next_deadline()) is not None and deadline <= now:
            registration_id = self._deadlines[0][1]
            was: Literal["unconfirmed", "offered"] = (
                "offered" if self.claims[registration_id].confirmed else "unconfirmed"
            )
            self._remove(registration_id)
            self.events.append(ParticipantLapsed(gathering_id=self.id, registration_id=registration_id, was=was))
        if len(self.claims) < before:
            self._move_up(now)

    def change_size(self, group: Newcomer, now: datetime) -> Claim:
        """Another size of a group, which keeps its turn. Smaller: what it gives up moves on. Larger: only if that fits.

        Raises: Refused `not-registered`, `no-room`.
        """
        claim = self._current(group.registration_id, now)
        more = group.size - claim.size
        if more == 0:
            return claim
        if group.size < 1 or (more > 0 and (more > self.free if claim.seated else group.size > self.capacity)):
            raise Refused("no-room", "There are not enough free seats for a group of this size.")
        if more > 0 and claim.seated:
            self._tell_passed_over(self._line(), group.registration_id)
        self._put(group.registration_id, replace(claim, size=group.size, came=min(claim.came, group.size)))
        self.events.append(
            ParticipantChanged(
                gathering_id=self.id,
                registration_id=group.registration_id,
                size=group.size,
                language=group.language,
                support=group.support,
            )
        )
        self._move_up(now)
        return self.claims[group.registration_id]

    def draw(self, seed: bytes, now: datetime) -> None:
        """Put the line into the order that the seed gives, then give seats by it. Drawing again changes nothing.

        Raises: Refused `no-lottery`.
        """
        if self.allocation != "lottery":
            raise Refused("no-lottery", "Seats of this gathering are not drawn.")
        self.lapse(now)
        if self.drawn:
            return
        self.drawn = True
        for registration_id in drawn_order(seed, [i for i, _ in self._line()]):
            self._put(registration_id, replace(self.claims[registration_id], turn=self.next_turn))
            self.claims[registration_id] = self.claims.pop(registration_id)
            self.next_turn += 1
        self._move_up(now, in_draw=True)

    @property
    def _before_draw(self) -> bool:
        return self.allocation == "lottery" and not self.drawn

    def _move_up(self, now: datetime, in_draw: bool = False) -> None:
        """Give free seats to the first groups in line that fit.

        One pass is enough: free seats only get fewer, so a group that did not fit does not fit later either.
        """
        if self._before_draw or (self.starts_at is not None and now >= self.starts_at):
            return
        if not self._someone_fits():
            return
        passed: list[tuple[str, Claim]] = []
        for registration_id, claim in list(self._line()):
            if claim.size > self.free:
                passed.append((registration_id, claim))
                continue
            self._tell_passed_over(passed, registration_id)
            self._seat(registration_id, claim, now, in_draw)
            if not self._someone_fits():
                return

    def _someone_fits(self) -> bool:
        return bool(self._line_sizes) and min(self._line_sizes) <= self.free

    def _seat(self, registration_id: str, claim: Claim, now: datetime, in_draw: bool) -> None:
        """Seats for a group in line: offered, or for sure when drawn; who has not confirmed yet keeps that deadline."""
        if not claim.confirmed:
            self._put(registration_id, replace(claim, seated=True))
        elif in_draw:
            self._put(registration_id, replace(claim, seated=True))
            self._tell_confirmed(registration_id, "draw")
        else:
            until = now + self.offer if self.starts_at is None else min(now + self.offer, self.starts_at)
            self._put(registration_id, replace(claim, seated=True, until=until))
            self.events.append(
                ParticipantOffered(gathering_id=self.id, registration_id=registration_id, offer_expires_at=until)
            )

    def _tell_passed_over(self, passed: Iterable[tuple[str, Claim]], in_favour_of: str) -> None:
        for registration_id, claim in passed:
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
        if claim.until is not None:
            heapq.heappush(self._deadlines, (claim.until, registration_id))

    def _remove(self, registration_id: str) -> None:
        self._account(self.claims.pop(registration_id), -1)
        self._changed[registration_id] = None

    def _account(self, claim: Claim | None, sign: int) -> None:
        if claim is None:
            return
        self.here += sign * claim.came
        if claim.seated:
            self.taken += sign * claim.size
        else:
            self.waiting += sign * claim.size
            self._line_sizes[claim.size] += sign
            if not self._line_sizes[claim.size]:
                del self._line_sizes[claim.size]

    def _tell_confirmed(
        self, registration_id: str, by: Literal["registration", "address", "acceptance", "draw"]
    ) -> None:
        self.events.append(ParticipantConfirmed(gathering_id=self.id, registration_id=registration_id, by=by))
