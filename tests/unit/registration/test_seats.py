"""The seat ledger: never above capacity, no seat free while a group in line fits, no group split."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.registration import ParticipantOffered, ParticipantPassedOver
from services.registration.domain.claim import Claim, Group
from services.registration.domain.commands import Extend
from services.registration.domain.refused import Refused
from services.registration.domain.terms import Terms
from tests.support.examples import examples
from tests.support.seats import Seats

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OFFER = timedelta(hours=24)


def newcomer(id: str, size: int = 1) -> Group:
    return Group(id, size, "uk", "web")


def full(capacity: int) -> Seats:
    ledger = Seats(Terms(capacity, OFFER))
    for number in range(capacity):
        ledger.register(newcomer(f"p{number:02}"), NOW, None)
    ledger.take_events()
    return ledger


def test_the_36th_waits_and_gets_the_offer_when_someone_cancels() -> None:
    ledger = full(35)
    assert ledger.register(newcomer("late"), NOW, None).status == "waiting"
    assert ledger.position("late") == 1
    ledger.cancel("p07", NOW, "holder")
    assert ledger.claims["late"].status == "offered"
    assert ledger.accept("late", NOW).status == "confirmed"
    assert ledger.counts.taken == 35


def test_an_offer_that_lapses_moves_on() -> None:
    ledger = full(2)
    ledger.register(newcomer("a"), NOW, None)
    ledger.register(newcomer("b"), NOW, None)
    ledger.cancel("p00", NOW, "staff")
    ledger.lapse(NOW + OFFER)
    assert "a" not in ledger.claims
    assert ledger.claims["b"].status == "offered"
    with pytest.raises(Refused) as refused:
        ledger.accept("a", NOW + OFFER)
    assert refused.value.code == "not-registered"


def test_who_is_asked_late_to_confirm_has_their_time_from_then() -> None:
    ledger = Seats(Terms(1, OFFER))
    ledger.register(newcomer("a"), NOW, NOW + timedelta(hours=1))
    ledger.take_events()
    ledger.do(Extend("a", NOW + timedelta(minutes=50)), NOW + timedelta(minutes=10))
    ledger.do(Extend("a", NOW + timedelta(minutes=20)), NOW + timedelta(minutes=11))  # told in another order
    assert ledger.claims["a"].until == NOW + timedelta(minutes=110)
    assert [event.confirm_by for event in ledger.take_events()] == [NOW + timedelta(minutes=110)]  # type: ignore[attr-defined]
    ledger.lapse(NOW + timedelta(minutes=61))
    ledger.do(Extend("a", NOW + timedelta(days=300)), NOW + timedelta(hours=1))
    assert ledger.claims["a"].until == NOW + timedelta(days=1, hours=2)
    ledger.confirm("a", NOW + timedelta(hours=2))
    ledger.do(Extend("a", NOW + timedelta(hours=3)), NOW + timedelta(hours=2))
    assert (ledger.claims["a"].until, ledger.claims["a"].status) == (None, "confirmed")
    ledger.do(Extend("nobody", NOW), NOW)


def test_an_address_that_is_not_confirmed_loses_its_seat() -> None:
    ledger = Seats(Terms(1, OFFER))
    ledger.register(newcomer("web"), NOW, NOW + timedelta(minutes=60))
    ledger.register(newcomer("phone"), NOW, None)
    ledger.lapse(NOW + timedelta(minutes=60))
    assert list(ledger.claims) == ["phone"]
    assert ledger.claims["phone"].status == "offered"


def test_a_group_too_large_is_passed_over_and_that_is_recorded() -> None:
    ledger = full(3)
    ledger.register(newcomer("family", 3), NOW, None)
    ledger.register(newcomer("single"), NOW, None)
    ledger.take_events()
    ledger.cancel("p00", NOW, "holder")
    passed, offered = ledger.take_events()[1:]
    assert passed == ParticipantPassedOver(
        gathering_id="g", registration_id="family", size=3, free=1, in_favour_of="single"
    )
    assert isinstance(offered, ParticipantOffered)
    assert ledger.position("family") == 1


def test_repeating_a_command_changes_nothing() -> None:
    ledger = Seats(Terms(1, OFFER))
    ledger.register(newcomer("a"), NOW, NOW + OFFER)
    ledger.confirm("a", NOW)
    ledger.arrive("a", NOW)
    ledger.take_events(), ledger.take_changes()
    ledger.register(newcomer("a"), NOW, None)
    ledger.confirm("a", NOW)
    ledger.accept("a", NOW)
    ledger.arrive("a", NOW)
    assert (ledger.take_events(), ledger.take_changes()) == ([], {})


def test_a_lowered_capacity_takes_nobody_s_seat_and_gives_none() -> None:
    ledger = full(3)
    ledger.register(newcomer("late"), NOW, None)
    ledger.adopt(Terms(1, OFFER), NOW)
    ledger.cancel("p00", NOW, "holder")
    assert (ledger.counts.taken, ledger.free, ledger.claims["late"].status) == (2, 0, "waiting")


class LedgerMachine(RuleBasedStateMachine):
    """Random histories; after each step the rules hold and the stored changes rebuild the ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Seats(Terms(5, OFFER))
        self.now = NOW
        self.sizes: dict[str, int] = {}
        self.stored: dict[str, Claim] = {}

    @rule(size=st.integers(1, 4), confirmed=st.booleans())
    def register(self, size: int, confirmed: bool) -> None:
        id = f"r{len(self.sizes)}"
        self.sizes[id] = size
        self.ledger.register(newcomer(id, size), self.now, None if confirmed else self.now + timedelta(minutes=60))

    @rule(data=st.data(), command=st.sampled_from(["confirm", "accept", "cancel", "arrive"]))
    def act(self, data: st.DataObject, command: str) -> None:
        if not self.sizes:
            return
        id = data.draw(st.sampled_from(sorted(self.sizes)))
        try:
            if command == "cancel":
                self.ledger.cancel(id, self.now, "holder")
            else:
                getattr(self.ledger, command)(id, self.now)
        except Refused as refused:
            assert refused.code in {"not-registered", "no-offer", "no-seat"}

    @rule(minutes=st.integers(1, 60 * 30))
    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.ledger.lapse(self.now)

    @rule(capacity=st.integers(1, 9))
    def resize(self, capacity: int) -> None:
        self.ledger.adopt(replace(self.ledger.terms, capacity=capacity), self.now)

    @invariant()
    def sums_are_right_and_seats_are_not_oversold(self) -> None:
        claims = self.ledger.claims
        assert self.ledger.counts.taken == sum(c.size for c in claims.values() if c.seated)
        assert self.ledger.counts.waiting == sum(c.size for c in claims.values() if not c.seated)
        seated_anew = [e for e in self.ledger.take_events() if isinstance(e, ParticipantOffered)]
        assert not seated_anew or self.ledger.counts.taken <= self.ledger.terms.capacity

    @invariant()
    def no_seat_is_free_while_a_group_in_line_fits(self) -> None:
        assert not [c for c in self.ledger.claims.values() if not c.seated and c.size <= self.ledger.free]

    @invariant()
    def groups_keep_their_size_and_their_turn(self) -> None:
        assert all(self.sizes[i] == c.size for i, c in self.ledger.claims.items())
        assert max(Counter(c.turn for c in self.ledger.claims.values()).values(), default=1) == 1

    @invariant()
    def what_was_written_rebuilds_the_ledger(self) -> None:
        for id, claim in self.ledger.take_changes().items():
            if claim is None:
                self.stored.pop(id, None)
            else:
                self.stored[id] = claim
        assert self.stored == self.ledger.claims
        again = Seats(self.ledger.terms, self.stored, next_turn=self.ledger.state.next_turn)
        assert (again.counts.taken, again.counts.waiting, list(again.in_order())) == (
            self.ledger.counts.taken,
            self.ledger.counts.waiting,
            list(self.ledger.in_order()),
        )


LedgerMachine.TestCase.settings = settings(max_examples=examples(150), stateful_step_count=30, deadline=None)
TestLedger = LedgerMachine.TestCase
