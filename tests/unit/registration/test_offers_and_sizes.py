"""Offers near the start of a gathering, and groups that become larger or smaller."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contracts.registration import ParticipantChanged, ParticipantOffered, ParticipantPassedOver
from services.registration.domain.claim import Group
from services.registration.domain.refused import Refused
from services.registration.domain.terms import Terms
from tests.support.seats import Seats

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STARTS_AT = NOW + timedelta(hours=30)


def group(id: str, size: int = 1) -> Group:
    return Group(id, size, "ar", "web", ("interpreter",))


def ledger(capacity: int, *groups: Group) -> Seats:
    made = Seats(Terms(capacity, timedelta(hours=24), STARTS_AT))
    for newcomer in groups:
        made.register(newcomer, NOW, None)
    made.take_events(), made.take_changes()
    return made


def test_an_offer_ends_when_the_gathering_starts() -> None:
    seats = ledger(1, group("a"), group("b"))
    seats.cancel("a", STARTS_AT - timedelta(hours=2), "holder")
    offered = next(e for e in seats.take_events() if isinstance(e, ParticipantOffered))
    assert offered.offer_expires_at == STARTS_AT


def test_nobody_is_offered_a_seat_once_the_gathering_started() -> None:
    seats = ledger(1, group("a"), group("b"))
    seats.cancel("a", STARTS_AT, "staff")
    assert seats.claims["b"].status == "waiting"


def test_a_smaller_group_frees_seats_for_the_line() -> None:
    seats = ledger(3, group("family", 3), group("next", 2))
    seats.change(group("family", 1), NOW)
    assert seats.claims["next"].status == "offered"
    assert [type(e) for e in seats.take_events()] == [ParticipantChanged, ParticipantOffered]


def test_a_larger_group_is_refused_when_seats_are_missing_and_stays_as_it_was() -> None:
    seats = ledger(2, group("a"), group("b"))
    with pytest.raises(Refused) as refused:
        seats.change(group("a", 2), NOW)
    assert refused.value.code == "no-room"
    assert (seats.claims["a"].size, seats.take_changes()) == (1, {})


def test_growing_into_free_seats_tells_whom_that_passed_over() -> None:
    seats = ledger(3, group("a", 2), group("family", 3))
    seats.change(group("a", 3), NOW)
    passed = next(e for e in seats.take_events() if isinstance(e, ParticipantPassedOver))
    assert (passed.registration_id, passed.free, passed.in_favour_of) == ("family", 1, "a")


def test_the_same_size_again_changes_nothing() -> None:
    seats = ledger(3, group("a", 2))
    seats.change(group("a", 2), NOW)
    assert (seats.take_events(), seats.take_changes()) == ([], {})
