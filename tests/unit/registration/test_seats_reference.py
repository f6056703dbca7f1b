"""The seat ledger against a naive list that follows the published rules word by word, for both kinds of allocation, with
support that is limited, groups that are asked once more, and seats that are kept for whoever declares to belong somewhere."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.registration import Allocation, ParticipantPassedOver, ParticipantReleased
from services.registration.domain.claim import Group as Registering
from services.registration.domain.counts import Counts
from services.registration.domain.quotas import Quota
from services.registration.domain.refused import Refused
from services.registration.domain.seating import attendance
from services.registration.domain.support import Offer
from services.registration.domain.terms import Reconfirm, Terms
from tests.support.seats import Seats

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OFFER = timedelta(hours=24)
CONFIRM = timedelta(minutes=60)
STARTS_AT = NOW + timedelta(days=5)
ASK_AT, ANSWER = STARTS_AT - timedelta(days=2), timedelta(days=1)
CLOSES = NOW + timedelta(days=3)
RELEASED = NOW + timedelta(days=2)
DECLARED = ["", "women", "district"]
OFFERS = {
    "interpreter.uk": Offer("interpreter.uk", 2, "groups", CLOSES),
    "childcare": Offer("childcare", 4, "people"),
    "step-free": Offer("step-free"),
}


@dataclass
class Wish:
    status: str
    turn: int = 0


@dataclass
class Group:
    id: str
    size: int
    confirmed: bool
    until: datetime | None
    seated: bool = False
    came: int = 0
    asked: bool = False
    quota: str = ""
    wishes: dict[str, Wish] = field(default_factory=dict)


class Reference:
    """Slow and obvious: one list in the order of the line; everything is counted afresh."""

    def __init__(self, capacity: int, allocation: Allocation, asks: bool, kept: dict[str, int]) -> None:
        self.capacity = capacity
        self.kept = dict(kept)
        self.limits = {id: offer.capacity for id, offer in OFFERS.items()}
        self.before_draw = allocation == "lottery"
        self.asks = asks
        self.turns = 0
        self.groups: list[Group] = []
        self.passed_over: list[tuple[str, str]] = []
        self.released: list[str] = []

    def free(self) -> int:
        return max(0, self.capacity - sum(g.size for g in self.groups if g.seated))

    def left(self, quota: str) -> int:
        """Kept seats that nobody who declared this has yet."""
        having = sum(g.size for g in self.groups if g.seated and g.quota == quota)
        return max(0, self.kept.get(quota, 0) - having) if quota else 0

    def for_everybody(self) -> int:
        return max(0, self.free() - sum(self.left(quota) for quota in self.kept))

    def room(self, quota: str) -> int:
        return min(self.free(), self.for_everybody() + self.left(quota))

    def release(self, quota: str) -> None:
        self.kept.pop(quota, None)
        for group in self.groups:
            group.quota = "" if group.quota == quota else group.quota

    def record_passing_over(self, passed: list[Group], by: Group, seats: int) -> None:
        """Who uses nothing but kept seats takes them from nobody."""
        if seats > self.left(by.quota):
            self.passed_over += [(g.id, by.id) for g in passed]

    def booked(self, id: str) -> int:
        return sum(units(id, g.size) for g in self.groups if id in g.wishes and g.wishes[id].status == "granted")

    def fits(self, id: str, amount: int) -> bool:
        limit = self.limits[id]
        return limit is None or amount <= limit - self.booked(id)

    def line(self) -> list[Group]:
        return [g for g in self.groups if not g.seated]

    def line_for(self, id: str) -> list[Group]:
        return sorted(
            (g for g in self.groups if id in g.wishes and g.wishes[id].status == "waiting"),
            key=lambda g: g.wishes[id].turn,
        )

    def wish(self, group: Group, ids: list[str], now: datetime) -> None:
        def new(id: str) -> Wish:
            closes = OFFERS[id].request_until
            return Wish("with_seat" if closes is None or now < closes else "refused")

        group.wishes = {id: group.wishes.get(id) or new(id) for id in ids}

    def ask_for_support(self, group: Group) -> None:
        """A group with seats asks for what it wishes and stands at the end of the line where it does not fit."""
        self.turns += 1
        for id, wish in group.wishes.items():
            if group.seated and wish.status == "with_seat":
                wish.status, wish.turn = ("granted" if self.fits(id, units(id, group.size)) else "waiting"), self.turns

    def move_on(self, now: datetime, in_draw: bool = False) -> None:
        if now >= STARTS_AT:
            return
        for id in OFFERS:
            while (next_ := next((g for g in self.line_for(id) if self.fits(id, units(id, g.size))), None)) is not None:
                next_.wishes[id].status = "granted"
        self.give_seats(now, in_draw=in_draw)

    def give_seats(self, now: datetime, newcomer: Group | None = None, in_draw: bool = False) -> None:
        if self.before_draw:
            return
        while now < STARTS_AT or newcomer is not None:
            eligible = self.line() if now < STARTS_AT else [newcomer] if newcomer and not newcomer.seated else []
            first = next((g for g in eligible if g.size <= self.room(g.quota)), None)
            if first is None:
                return
            line = self.line()
            self.record_passing_over(line[: line.index(first)], first, first.size)
            first.seated = True
            if first.confirmed and not in_draw and first is not newcomer:
                first.until = min(now + OFFER, STARTS_AT)
            self.ask_for_support(first)

    def lapse(self, now: datetime) -> None:
        ended = [id for id in self.kept if now >= (RELEASED if id == "women" else STARTS_AT)]
        for quota in ended:
            self.release(quota)
        gone = [g for g in self.groups if g.until is not None and g.until <= now]
        if gone or ended:
            self.groups = [g for g in self.groups if g not in gone]
            self.released += [g.id for g in gone if g.asked]
            self.move_on(now)
        if self.asks and now >= ASK_AT:
            self.asks = False
            if now < STARTS_AT:
                for group in self.groups:
                    if self.status(group) == "confirmed":
                        group.asked, group.until = True, min(now + ANSWER, STARTS_AT)

    def find(self, id: str) -> Group | None:
        return next((g for g in self.groups if g.id == id), None)

    @staticmethod
    def status(group: Group) -> str:
        if group.came:
            return "arrived"
        if not group.confirmed:
            return "unconfirmed"
        if not group.seated:
            return "waiting"
        return "offered" if group.until and not group.asked else "confirmed"


def units(id: str, size: int) -> int:
    return size if OFFERS[id].counts == "people" else 1


wishes = st.lists(st.sampled_from(sorted(OFFERS)), unique=True, max_size=3)


class AgainstReference(RuleBasedStateMachine):
    @initialize(
        capacity=st.integers(1, 6),
        allocation=st.sampled_from(["first_come", "lottery"]),
        asks=st.booleans(),
        women=st.integers(0, 3),
        district=st.integers(0, 3),
    )
    def begin(self, capacity: int, allocation: Allocation, asks: bool, women: int, district: int) -> None:
        self.now = NOW
        self.count = 0
        reconfirm = Reconfirm(STARTS_AT - ASK_AT, ANSWER) if asks else None
        kept = {id: seats for id, seats in (("women", women), ("district", district)) if seats}
        quotas = tuple(Quota(id, seats, RELEASED if id == "women" else None) for id, seats in kept.items())
        terms = Terms(capacity, OFFER, STARTS_AT, tuple(OFFERS.values()), reconfirm, allocation, quotas=quotas)
        self.ledger = Seats(terms)
        self.reference = Reference(capacity, allocation, asks, kept)

    def pick(self, data: st.DataObject) -> str:
        return f"r{data.draw(st.integers(0, max(0, self.count - 1)))}"

    def attempt(self, command: str, *arguments: object) -> bool:
        self.ledger.lapse(self.now)
        try:
            getattr(self.ledger, command)(*arguments)
        except Refused:
            return False
        return True

    @rule(size=st.integers(1, 4), confirmed=st.booleans(), support=wishes, quota=st.sampled_from(DECLARED))
    def register(self, size: int, confirmed: bool, support: list[str], quota: str) -> None:
        id, confirm_by = f"r{self.count}", None if confirmed else self.now + CONFIRM
        self.count += 1
        # What is not kept (any more) is not declared: `decide` sees to that.
        self.ledger.lapse(self.now)
        self.reference.lapse(self.now)
        quota = quota if quota in self.reference.kept else ""
        self.ledger.register(Registering(id, size, "uk", "web", tuple(support), quota=quota), self.now, confirm_by)
        group = Group(id, size, confirmed, confirm_by, quota=quota)
        self.reference.wish(group, support, self.now)
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
    def reconfirm(self, data: st.DataObject) -> None:
        id = self.pick(data)
        done = self.attempt("reconfirm", id, self.now)
        group = self.after_lapse(id)
        assert done == (group is not None and Reference.status(group) in ("confirmed", "arrived"))
        if group and group.asked:
            group.asked, group.until = False, None

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        id = self.pick(data)
        self.ledger.cancel(id, self.now, "holder")
        group = self.after_lapse(id)
        if group:
            self.reference.groups.remove(group)
            self.reference.move_on(self.now)

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
            group.came, group.confirmed, group.asked, group.until = came, True, False, None

    @rule(data=st.data(), size=st.integers(1, 5), support=wishes)
    def change(self, data: st.DataObject, size: int, support: list[str]) -> None:
        id = self.pick(data)
        done = self.attempt("change", Registering(id, size, "uk", "web", tuple(support)), self.now)
        group = self.after_lapse(id)
        if group is None:
            assert not done
            return
        more = size - group.size
        room = self.reference.room(group.quota) if group.seated else self.reference.capacity - group.size
        held = [i for i in support if i in group.wishes and group.wishes[i].status == "granted"]
        supported = all(self.reference.fits(i, units(i, size) - units(i, group.size)) for i in held)
        assert done == (more <= 0 or (more <= room and supported))
        if not done or (more == 0 and list(group.wishes) == support):
            return
        if more > 0 and group.seated:
            self.reference.record_passing_over(self.reference.line(), group, more)
        group.size, group.came = size, min(group.came, size)
        self.reference.wish(group, support, self.now)
        self.reference.ask_for_support(group)
        self.reference.move_on(self.now)

    @rule(capacity=st.integers(1, 9), interpreters=st.integers(1, 3))
    def adopt(self, capacity: int, interpreters: int) -> None:
        offers = (replace(OFFERS["interpreter.uk"], capacity=interpreters), OFFERS["childcare"], OFFERS["step-free"])
        self.ledger.adopt(replace(self.ledger.terms, capacity=capacity, support=offers), self.now)
        self.reference.lapse(self.now)
        self.reference.capacity, self.reference.limits["interpreter.uk"] = capacity, interpreters
        self.reference.move_on(self.now)

    @rule(women=st.integers(0, 4))
    def keep_otherwise(self, women: int) -> None:
        """More or fewer seats for some, or none any more: then those who have seats keep them."""
        if "women" not in self.reference.kept:
            return
        quotas = [replace(one, seats=women) for one in self.ledger.terms.quotas if one.id == "women" and women]
        others = [one for one in self.ledger.terms.quotas if one.id != "women"]
        self.ledger.adopt(replace(self.ledger.terms, quotas=(*quotas, *others)), self.now)
        self.reference.lapse(self.now)
        if "women" in self.reference.kept:
            self.reference.kept["women"] = women
            if not women:
                self.reference.release("women")
        self.reference.move_on(self.now)

    @rule(minutes=st.integers(1, 60 * 30))
    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.ledger.lapse(self.now)
        self.reference.lapse(self.now)

    @rule(seed=st.binary(min_size=1, max_size=8))
    def draw(self, seed: bytes) -> None:
        assert self.attempt("draw", seed, self.now) == (self.ledger.terms.allocation == "lottery")
        if self.reference.before_draw:
            self.reference.lapse(self.now)
            self.reference.before_draw = False
            line = sorted(self.reference.line(), key=lambda g: hashlib.sha256(seed + g.id.encode()).digest())
            self.reference.groups = [g for g in self.reference.groups if g.seated] + line
            self.reference.move_on(self.now, in_draw=True)

    def after_lapse(self, id: str) -> Group | None:
        self.reference.lapse(self.now)
        return self.reference.find(id)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "ledger"):
            return
        ledger, reference = self.ledger, self.reference
        assert {i: (c.status, c.size) for i, c in ledger.claims.items()} == {
            g.id: (reference.status(g), g.size) for g in reference.groups
        }
        assert {i: (c.until, c.asked) for i, c in ledger.claims.items()} == {
            g.id: (g.until, g.asked) for g in reference.groups
        }
        assert {i: c.support_status for i, c in ledger.claims.items()} == {
            g.id: {id: wish.status for id, wish in g.wishes.items()} for g in reference.groups
        }
        assert [i for i, c in ledger.in_order() if not c.seated] == [g.id for g in reference.line()]
        assert [ledger.position(g.id) for g in reference.line()] == list(range(1, len(reference.line()) + 1))
        assert [id for id, _ in ledger.in_line()] == [g.id for g in reference.line()]
        for status in ("unconfirmed", "confirmed", "waiting", "offered", "arrived"):
            assert [id for id, _ in ledger.in_order([status])] == [
                i for i, c in ledger.in_order() if c.status == status
            ]
        counted = Counts()
        for id, claim in ledger.claims.items():
            counted.account(id, claim, +1)
        assert ledger.counts == counted
        for id in OFFERS:
            assert ledger.support.in_line(id) == [g.id for g in reference.line_for(id)]
            assert ledger.support.booked[id] == reference.booked(id)
        assert {i: c.quota for i, c in ledger.claims.items()} == {g.id: g.quota for g in reference.groups}
        assert {one.id: ledger.kept(one.id) for one in ledger.open_quotas} == {
            id: reference.left(id) for id in reference.kept
        }
        assert [ledger.room(quota) for quota in DECLARED] == [reference.room(quota) for quota in DECLARED]
        assert {i: c.came for i, c in ledger.claims.items()} == {g.id: g.came for g in reference.groups}
        self.attendance_adds_up()
        assert (ledger.free, ledger.counts.waiting) == (reference.free(), sum(g.size for g in reference.line()))
        told = ledger.take_events()
        passed = [e for e in told if isinstance(e, ParticipantPassedOver)]
        assert [(e.registration_id, e.in_favour_of) for e in passed] == reference.passed_over
        released = [e.registration_id for e in told if isinstance(e, ParticipantReleased)]
        assert sorted(released) == sorted(reference.released)
        reference.passed_over, reference.released = [], []

    def attendance_adds_up(self) -> None:
        told, groups = attendance(self.ledger.ledger), self.reference.groups
        sure = [g for g in groups if g.seated and g.confirmed]
        assert (told.groups, told.people) == (sum(bool(g.came) for g in groups), sum(g.came for g in groups))
        assert self.ledger.counts.here == told.people
        assert set(told.missed) == {g.id for g in sure if not g.came}
        assert told.missed_people == sum(g.size - g.came for g in sure)

    @invariant()
    def keeps_its_promises(self) -> None:
        if not hasattr(self, "ledger"):
            return
        ledger = self.ledger
        deadlines = [c.until for c in ledger.claims.values() if c.until is not None]
        assert not deadlines or (ledger.next_deadline() or NOW) <= min(deadlines)
        holding = [c for c in ledger.claims.values() if c.support_status]
        assert all(c.seated or not {"granted", "waiting"} & set(c.support_status.values()) for c in holding)
        assert all(not c.seated or "with_seat" not in c.support_status.values() for c in holding)
        if self.now >= STARTS_AT or ledger.state.before_draw:
            return
        assert not [c for _, c in ledger.in_line() if c.size <= ledger.room(c.quota)]
        for id in OFFERS:
            waiting = [units(id, ledger.claims[i].size) for i in ledger.support.in_line(id)]
            assert not [amount for amount in waiting if ledger.support.fits(id, amount)]


AgainstReference.TestCase.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, derandomize=True, database=None
)
TestAgainstReference = AgainstReference.TestCase
