"""What stands in a seat ledger, counted: claims in order of their turns, seats taken, support booked, deadlines, the line.

It changes in place and remembers what changed (`take_changes`), so that several commands can be decided before one write.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from contracts.envelope import Event
from contracts.registration import (
    ParticipantConfirmed,
    ParticipantPassedOver,
    ParticipantSupported,
    ParticipantWaiting,
    SeatStatus,
)
from services.registration.domain.claim import Claim
from services.registration.domain.demand import Demand
from services.registration.domain.support import Support
from services.registration.domain.terms import Terms
from services.registration.domain.turns import Turns


@dataclass
class Book:
    """The claims of the gathering `id`.

    `asked`: confirmed groups were asked once more. `closed`: kinds of support whose deadline was noted. Both only while it is
    `published`. `by_status`: who has which status, in order; `demand`: what is asked for, in sums.
    """

    id: str
    terms: Terms
    claims: dict[str, Claim] = field(default_factory=dict)
    next_turn: int = 1
    asked: bool = False
    closed: frozenset[str] = frozenset()
    published: bool = True
    events: list[Event] = field(default_factory=list)
    support: Support = field(init=False)
    demand: Demand = field(default_factory=Demand, init=False)
    by_status: defaultdict[SeatStatus, Turns] = field(default_factory=lambda: defaultdict(Turns), init=False)
    taken: int = field(default=0, init=False)
    waiting: int = field(default=0, init=False)
    here: int = field(default=0, init=False)
    _changed: dict[str, Claim | None] = field(default_factory=dict, init=False)
    _line: Turns = field(default_factory=Turns, init=False)
    _line_sizes: Counter[int] = field(default_factory=Counter, init=False)
    _deadlines: list[tuple[datetime, str]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.claims = dict(sorted(self.claims.items(), key=lambda item: item[1].turn))
        self.support = Support.of(self.terms.support)
        for id, claim in self.claims.items():
            self._account(id, claim, +1)
        self._deadlines = [(c.until, i) for i, c in self.claims.items() if c.until is not None]
        heapq.heapify(self._deadlines)

    @property
    def free(self) -> int:
        """Seats nobody holds; none where capacity was lowered below what is taken."""
        return max(0, self.terms.capacity - self.taken)

    def position(self, registration_id: str) -> int | None:
        """1 for the first group in line; None for a group that does not wait."""
        claim = self.claims.get(registration_id)
        return None if claim is None or claim.seated else self._line.position(claim.turn)

    def line(self) -> Iterator[tuple[str, Claim]]:
        """Groups that wait for seats, the first one first."""
        return ((id, self.claims[id]) for id in self._line)

    def following(self, turn: int, statuses: Collection[str]) -> Iterator[tuple[str, Claim]]:
        """Groups with one of these statuses whose turn is later, the next one first."""
        lines = [line.after(turn) for status, line in self.by_status.items() if status in statuses]
        return ((id, self.claims[id]) for _, id in heapq.merge(*lines))

    def next_deadline(self) -> datetime | None:
        """When time alone changes something."""
        moments = [self._next_claim_deadline()]
        if self.published:
            moments += [None if self.asked else self.terms.ask_at]
            moments += [offer.request_until for offer in self.terms.support if offer.id not in self.closed]
        return min((moment for moment in moments if moment is not None), default=None)

    def take_changes(self) -> dict[str, Claim | None]:
        """Claims changed since the last call (None: gone)."""
        changed, self._changed = self._changed, {}
        return changed

    def take_events(self) -> list[Event]:
        """Events since the last call, in order."""
        events, self.events = self.events, []
        return events

    def _next_claim_deadline(self) -> datetime | None:
        while self._deadlines:
            until, registration_id = self._deadlines[0]
            claim = self.claims.get(registration_id)
            if claim is not None and claim.until == until:
                return until
            heapq.heappop(self._deadlines)
        return None

    def _someone_fits(self) -> bool:
        return bool(self._line_sizes) and min(self._line_sizes) <= self.free

    def _take_turn(self) -> int:
        turn, self.next_turn = self.next_turn, self.next_turn + 1
        return turn

    def _put(self, registration_id: str, claim: Claim) -> None:
        before = self.claims.get(registration_id)
        if before is not None:
            self._account(registration_id, before, -1)
        self.claims[registration_id] = claim
        self._account(registration_id, claim, +1)
        self._changed[registration_id] = claim
        if claim.until is not None:
            heapq.heappush(self._deadlines, (claim.until, registration_id))

    def _remove(self, registration_id: str) -> None:
        self._account(registration_id, self.claims.pop(registration_id), -1)
        self._changed[registration_id] = None

    def _account(self, registration_id: str, claim: Claim, sign: int) -> None:
        if claim.wishes:
            self.support.account(registration_id, claim, sign)
        self.demand.account(claim, sign)
        self.here += sign * claim.came
        standing = self.by_status[claim.status]
        (standing.add if sign > 0 else standing.remove)(claim.turn, registration_id)
        if claim.seated:
            self.taken += sign * claim.size
        else:
            (self._line.add if sign > 0 else self._line.remove)(claim.turn, registration_id)
            self.waiting += sign * claim.size
            self._line_sizes[claim.size] += sign
            if not self._line_sizes[claim.size]:
                del self._line_sizes[claim.size]

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

    def _tell_confirmed(
        self, registration_id: str, by: Literal["registration", "address", "acceptance", "draw"]
    ) -> None:
        self.events.append(ParticipantConfirmed(gathering_id=self.id, registration_id=registration_id, by=by))

    def _tell_waiting(self, registration_id: str, position: int, because: Literal["address", "draw"]) -> None:
        self.events.append(
            ParticipantWaiting(
                gathering_id=self.id, registration_id=registration_id, position=position, because=because
            )
        )

    def _tell_supported(
        self, registration_id: str, before: Claim, because: Literal["seats", "request", "freed", "offer"]
    ) -> None:
        now = self.claims[registration_id].support_status
        had = before.support_status
        granted = tuple(id for id, status in now.items() if status == "granted" and had.get(id) != "granted")
        self.events.append(
            ParticipantSupported(
                gathering_id=self.id,
                registration_id=registration_id,
                support_status=now,
                granted=granted,
                because=because,
            )
        )
