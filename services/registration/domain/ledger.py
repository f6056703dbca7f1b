"""The seat ledger of one gathering: all claims, with everything that is counted from them.

Decisions never touch it: they say step by step what changes (`Step`), and only `apply` changes it, only `revert` takes that
back. So a command that is refused halfway leaves the ledger exactly as it was.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

from contracts.envelope import Event
from services.registration.domain.claim import Claim, EndedClaim
from services.registration.domain.counts import STATUSES, Counts
from services.registration.domain.deadlines import Deadlines
from services.registration.domain.ended_counts import EndedCount
from services.registration.domain.invitations import ShownCounts
from services.registration.domain.quotas import Quota
from services.registration.domain.support import Support
from services.registration.domain.terms import Terms
from services.registration.domain.waiting_queue import WaitingQueue

Status = Literal["draft", "published", "cancelled"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GatheringState:
    """State of a gathering as a whole.

    `asked`: confirmed groups were asked once more. `closed`: kinds of support whose deadline was noted. `released`: quotas that
    ended. `came_by`: counts by invitation, kept when the gathering was over. `left`: who was there and
    cancelled later. `drawn_at`: when the lottery was drawn, by `seed`. `attended_at`: when it was last told who came. `facts`: what its coordinator entered, in the
    words of the API; `revision` counts their changes, the last of which was at `changed_at`; `withdrawn` are kinds of support that
    were offered before, `former_questions` questions and options that were.
    """

    terms: Terms
    status: Status = "published"
    next_turn: int = 1
    asked: bool = False
    closed: frozenset[str] = frozenset()
    drawn_at: datetime | None = None
    seed: str | None = None
    seed_commitment: str | None = None
    attended_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    revision: int = 0
    series: str | None = None
    withdrawn: tuple[Any, ...] = ()
    former_questions: tuple[Any, ...] = ()
    forget_at: datetime | None = None
    forgotten_at: datetime | None = None
    changed_at: datetime | None = None
    released: frozenset[str] = frozenset()
    came_by: Mapping[str, ShownCounts] = field(default_factory=dict)
    left: EndedCount = field(default_factory=EndedCount)

    @property
    def published(self) -> bool:
        return self.status == "published"

    @property
    def before_draw(self) -> bool:
        return self.terms.allocation == "lottery" and self.drawn_at is None


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """Step: a group's claim becomes another one. None: there is none, before or after."""

    registration_id: str
    before: Claim | None
    after: Claim | None


@dataclass(frozen=True, slots=True)
class EndedChange:
    """Step: what is remembered of a claim that ended becomes something else."""

    registration_id: str
    before: EndedClaim | None
    after: EndedClaim | None


@dataclass(frozen=True, slots=True)
class StateChange:
    """Step: something about the gathering as a whole changes."""

    before: GatheringState
    after: GatheringState


Step = ClaimChange | EndedChange | StateChange | Event
Steps = Generator[Step, None, T]
"""A decision: its steps in order, each applied before the next is worked out, and its result. It may raise `Refused`."""


@dataclass
class Ledger:
    """The claims of the gathering `id`; of those that ended the ones that are loaded (`ended`)."""

    id: str
    state: GatheringState
    claims: dict[str, Claim] = field(default_factory=dict)
    ended: dict[str, EndedClaim] = field(default_factory=dict)
    queue: WaitingQueue = field(default_factory=WaitingQueue, init=False)
    counts: Counts = field(default_factory=Counts, init=False)
    support: Support = field(init=False)
    deadlines: Deadlines = field(default_factory=Deadlines, init=False)

    def __post_init__(self) -> None:
        self.support = Support.of(self.terms.support)
        for id, claim in self.claims.items():
            self._account(id, claim, +1)

    @property
    def terms(self) -> Terms:
        return self.state.terms

    @property
    def free(self) -> int:
        """Seats nobody holds; none where capacity was lowered below what is taken."""
        return max(0, self.terms.capacity - self.counts.taken)

    def kept_seats(self, quota: str) -> int:
        """Seats kept for whoever declared this that none of them has yet."""
        return next((self._left(one) for one in self.open_quotas if one.id == quota), 0)

    def room(self, quota: str = "") -> int:
        """Free seats for a group that declared this: those for everybody and those kept for it. Where fewer are free than are kept,
        because they were taken before they were kept, whoever comes first of those they are kept for gets them."""
        free, quotas = self.free, self.open_quotas
        if not free or not quotas:
            return free
        for_everybody = max(0, free - sum(self._left(one) for one in quotas))
        return min(free, for_everybody + self.kept_seats(quota))

    def _left(self, quota: Quota) -> int:
        return max(0, quota.seats - self.counts.seated_by_quota[quota.id])

    @property
    def open_quotas(self) -> tuple[Quota, ...]:
        """Quotas whose seats are kept."""
        quotas = self.terms.quotas
        return tuple(one for one in quotas if one.id not in self.state.released) if quotas else ()

    @property
    def someone_fits(self) -> bool:
        """Whether a group in line fits into the seats that are free for it."""
        return any(min(sizes) <= self.room(quota) for quota, sizes in self.counts.sizes_in_line.items())

    def position(self, registration_id: str) -> int | None:
        """1 for the first group in line; None for a group that does not wait."""
        claim = self.claims.get(registration_id)
        return None if claim is None or claim.seated else self.queue.position(claim.turn)

    def waiting_groups(self) -> Iterator[tuple[str, Claim]]:
        """Groups that wait for seats, the first one first."""
        return ((id, self.claims[id]) for id in self.queue)

    def in_order(self, statuses: Collection[str] = STATUSES, after: int = 0) -> Iterator[tuple[str, Claim]]:
        """Groups with one of these statuses whose turn is later than `after`, in the order of their turns."""
        queues = [self.counts.by_status[status].behind(after) for status in STATUSES if status in statuses]
        return ((id, self.claims[id]) for _, id in heapq.merge(*queues))

    def next_deadline(self) -> datetime | None:
        """When the next deadline passes that changes something without a command."""
        first = self.deadlines.next()
        moments = [first[0] if first else None]
        if self.state.published:
            moments += [None if self.state.asked else self.terms.ask_at]
            moments += [offer.request_until for offer in self.terms.support if offer.id not in self.state.closed]
            moments += [one.ends(self.terms.starts_at) for one in self.open_quotas]
        return min((moment for moment in moments if moment is not None), default=None)

    def with_claim(self, registration_id: str, after: Claim | None) -> ClaimChange:
        """The step by which this becomes the claim of a group."""
        return ClaimChange(registration_id, self.claims.get(registration_id), after)

    def with_state(self, **changes: Any) -> StateChange:
        """The step that changes something about the gathering as a whole."""
        return StateChange(self.state, replace(self.state, **changes))

    def apply(self, step: Step) -> None:
        """Make one step."""
        if isinstance(step, ClaimChange):
            self._replace(step.registration_id, step.before, step.after)
        elif isinstance(step, EndedChange):
            self._remember(step.registration_id, step.after)
        elif isinstance(step, StateChange):
            self._become(step.after)

    def revert(self, steps: Sequence[Step]) -> None:
        """Take back what was applied last, all of it."""
        for step in reversed(steps):
            if isinstance(step, ClaimChange):
                self._replace(step.registration_id, step.after, step.before)
            elif isinstance(step, EndedChange):
                self._remember(step.registration_id, step.before)
            elif isinstance(step, StateChange):
                self._become(step.before)

    def _replace(self, registration_id: str, old: Claim | None, new: Claim | None) -> None:
        if old is not None:
            self._account(registration_id, old, -1)
            del self.claims[registration_id]
        if new is not None:
            self.claims[registration_id] = new
            self._account(registration_id, new, +1)

    def _remember(self, registration_id: str, ended: EndedClaim | None) -> None:
        if ended is None:
            del self.ended[registration_id]
        else:
            self.ended[registration_id] = ended

    def _become(self, state: GatheringState) -> None:
        offers_changed = state.terms.support != self.terms.support
        self.state = state
        if offers_changed:
            self.support = Support.of(state.terms.support)
            for id, claim in self.claims.items():
                self.support.account(id, claim, +1)

    def _account(self, registration_id: str, claim: Claim, sign: int) -> None:
        if claim.wishes:
            self.support.account(registration_id, claim, sign)
        self.counts.account(registration_id, claim, sign)
        self.deadlines.account(registration_id, claim, sign)
        if not claim.seated:
            (self.queue.add if sign > 0 else self.queue.remove)(claim.turn, registration_id)


def carry_out(ledger: Ledger, decision: Steps[T]) -> tuple[T, list[Step]]:
    """Apply a decision; (its result, its steps). Where it is refused or fails, the ledger is as it was before."""
    steps: list[Step] = []
    try:
        while True:
            try:
                step = next(decision)
            except StopIteration as done:
                return done.value, steps
            ledger.apply(step)
            steps.append(step)
    except BaseException:
        ledger.revert(steps)
        raise
