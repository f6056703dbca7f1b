"""The seat ledger against a naive list that follows the published rules word by word, for both kinds of allocation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.registration import Allocation, ParticipantPassedOver
from services.registration.domain.seats import Ledger, Newcomer, Refused

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OFFER = timedelta(hours=24)
CONFIRM = timedelta(minutes=60)
STARTS_AT = NOW + timedelta(days=5)


@dataclass
class Group:
    id: str
    size: int
    confirmed: bool
    until: datetime | None
    seated: bool = False
    came: int = 0


class Reference:
    """Slow and obvious: one list in the order of the line; everything is counted afresh."""

    def __init__(self, capacity: int, allocation: Allocation) -> None:
        self.capacity = capacity
        self.before_draw = allocation == "lottery"
        self.groups: list[Group] = []
        self.passed_over: list[tuple[str, str]] = []

    def free(self) -> int:
        return max(0, self.capacity - sum(g.size for g in self.groups if g.seated))

    def line(self) -> list[Group]:
        return [g for g in self.groups if not g.seated]

    def give_seats(self, now: datetime, newcomer: Group | None = None, in_draw: bool = False) -> None:
        if self.before_draw:
            return
        while now < STARTS_AT or newcomer is not None:
            eligible = self.line() if now < STARTS_AT else [newcomer] if newcomer and not newcomer.seated else []
            first = next((g for g in eligible if g.size <= self.free()), None)
            if first is None:
                return
            line = self.line()
            self.passed_over += [(g.id, first.id) for g in line[: line.index(first)]]
            first.seated = True
            if first.confirmed and not in_draw and first is not newcomer:
                first.until = min(now + OFFER, STARTS_AT)

    def lapse(self, now: datetime) -> None:
        left = [g for g in self.groups if g.until is None or g.until > now]
        if len(left) < len(self.groups):
            self.groups = left
            self.give_seats(now)

    def find(self, id: str) -> Group | None:
        return next((g for g in self.groups if g.id == id), None)

    def statuses(self) -> dict[str, tuple[str, int]]:
        return {g.id: (self.status(g), g.size) for g in self.groups}

    @staticmethod
    def status(group: Group) -> str:
        if group.came:
            return "arrived"
        if not group.confirmed:
            return "unconfirmed"
        if not group.seated:
            return "waiting"
        return "offered" if group.until else "confirmed"


class AgainstReference(RuleBasedStateMachine):
    @initialize(capacity=st.integers(1, 6), allocation=st.sampled_from(["first_come", "lottery"]))
    def begin(self, capacity: int, allocation: Allocation) -> None:
        self.now = NOW
        self.count = 0
        self.ledger = Ledger("g", capacity, OFFER, allocation=allocation, starts_at=STARTS_AT)
        self.reference = Reference(capacity, allocation)

    def pick(self, data: st.DataObject) -> str:
        return f"r{data.draw(st.integers(0, max(0, self.count - 1)))}"

    def attempt(self, command: str, *arguments: object) -> bool:
        try:
            getattr(self.ledger, command)(*arguments)
        except Refused:
            return False
        return True

    @rule(size=st.integers(1, 4), confirmed=st.booleans())
    def register(self, size: int, confirmed: bool) -> None:
        id, confirm_by = f"r{self.count}", None if confirmed else self.now + CONFIRM
        self.count += 1
        self.ledger.register(Newcomer(id, size, "uk", "web"), self.now, confirm_by)
        self.reference.lapse(self.now)
        group = Group(id, size, confirmed, confirm_by)
        self.reference.groups.append(group)
        self.reference.give_seats(self.now, newcomer=group)

    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        id = self.pick(data)
        done = self.attempt("confirm", id, self.now)
        group = self.after_lapse(id)
        assert done == (group is not None)
        if group and not group.confirmed:
            group.confirmed, group.until = True, None

    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        id = self.pick(data)
        done = self.attempt("accept", id, self.now)
        group = self.after_lapse(id)
        status = Reference.status(group) if group else None
        assert done == (status in ("offered", "confirmed", "arrived"))
        if group and status == "offered":
            group.until = None

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        id = self.pick(data)
        self.ledger.cancel(id, self.now, "holder")
        group = self.after_lapse(id)
        if group:
            self.reference.groups.remove(group)
            self.reference.give_seats(self.now)

    @rule(data=st.data(), people=st.one_of(st.none(), st.integers(0, 6)))
    def arrive(self, data: st.DataObject, people: int | None) -> None:
        id = self.pick(data)
        done = self.attempt("arrive", id, self.now, people)
        group = self.after_lapse(id)
        if group is None:
            assert not done
            return
        came = (group.came or group.size) if people is None else people
        assert done == (came == group.came or (group.seated and came <= group.size))
        if done and came != group.came:
            group.came, group.confirmed, group.until = came, True, None

    @rule(data=st.data(), size=st.integers(1, 5))
    def change_size(self, data: st.DataObject, size: int) -> None:
        id = self.pick(data)
        done = self.attempt("change_size", Newcomer(id, size, "uk", "web"), self.now)
        group = self.after_lapse(id)
        if group is None:
            assert not done
            return
        more = size - group.size
        room = self.reference.free() if group.seated else self.reference.capacity - group.size
        assert done == (more <= 0 or more <= room)
        if done and more:
            if more > 0 and group.seated:
                self.reference.passed_over += [(g.id, id) for g in self.reference.line()]
            group.size, group.came = size, min(group.came, size)
            self.reference.give_seats(self.now)

    @rule(capacity=st.integers(1, 9))
    def resize(self, capacity: int) -> None:
        self.ledger.resize(capacity, self.now)
        self.reference.lapse(self.now)
        self.reference.capacity = capacity
        self.reference.give_seats(self.now)

    @rule(minutes=st.integers(1, 60 * 30))
    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.ledger.lapse(self.now)
        self.reference.lapse(self.now)

    @rule(seed=st.binary(min_size=1, max_size=8))
    def draw(self, seed: bytes) -> None:
        assert self.attempt("draw", seed, self.now) == (self.ledger.allocation == "lottery")
        if self.reference.before_draw:
            self.reference.lapse(self.now)
            self.reference.before_draw = False
            line = sorted(self.reference.line(), key=lambda g: hashlib.sha256(seed + g.id.encode()).digest())
            self.reference.groups = [g for g in self.reference.groups if g.seated] + line
            self.reference.give_seats(self.now, in_draw=True)

    def after_lapse(self, id: str) -> Group | None:
        self.reference.lapse(self.now)
        return self.reference.find(id)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "ledger"):
            return
        ledger, reference = self.ledger, self.reference
        assert {i: (c.status, c.size) for i, c in ledger.claims.items()} == reference.statuses()
        assert {i: c.until for i, c in ledger.claims.items()} == {g.id: g.until for g in reference.groups}
        assert [i for i, c in ledger.claims.items() if not c.seated] == [g.id for g in reference.line()]
        assert [ledger.position(g.id) for g in reference.line()] == list(range(1, len(reference.line()) + 1))
        assert ledger.next_deadline() == min((g.until for g in reference.groups if g.until), default=None)
        assert {i: c.came for i, c in ledger.claims.items()} == {g.id: g.came for g in reference.groups}
        self.attendance_adds_up()
        assert (ledger.free, ledger.waiting) == (reference.free(), sum(g.size for g in reference.line()))
        told = [e for e in ledger.take_events() if isinstance(e, ParticipantPassedOver)]
        assert [(e.registration_id, e.in_favour_of) for e in told] == reference.passed_over
        reference.passed_over = []

    def attendance_adds_up(self) -> None:
        told, groups = self.ledger.attendance(), self.reference.groups
        sure = [g for g in groups if g.seated and g.confirmed]
        assert (told.groups, told.people) == (sum(bool(g.came) for g in groups), sum(g.came for g in groups))
        assert self.ledger.here == told.people
        assert set(told.missed) == {g.id for g in sure if not g.came}
        assert told.missed_people == sum(g.size - g.came for g in sure)


AgainstReference.TestCase.settings = settings(
    max_examples=120, stateful_step_count=30, deadline=None, derandomize=True, database=None
)
TestAgainstReference = AgainstReference.TestCase
