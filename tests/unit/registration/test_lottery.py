"""The draw: everyone stands in line until then, and whoever knows the seed gets the same result."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from contracts.registration import ParticipantConfirmed
from services.registration.domain.claim import Group
from services.registration.domain.lottery import drawn_order
from services.registration.domain.refused import Refused
from services.registration.domain.terms import Terms
from tests.support.seats import Seats

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OFFER = timedelta(hours=24)
SEED = b"published after the draw"
IDS = [f"p{number:02}" for number in range(60)]


def lottery(ids: list[str], size: int = 1) -> Seats:
    ledger = Seats(Terms(35, OFFER, allocation="lottery"))
    for id in ids:
        ledger.register(Group(id, size, "uk", "phone"), NOW, None)
    return ledger


def test_the_order_is_known_from_the_seed_alone() -> None:
    # `printf seedc | sha256sum` begins with 72a4, `seeda` with 7696, `seedb` with a60b.
    assert drawn_order(b"seed", ["a", "b", "c"]) == ["c", "a", "b"]
    assert drawn_order(SEED, IDS) != drawn_order(b"another", IDS)


def test_nobody_has_a_seat_before_the_draw_and_35_have_one_after_it() -> None:
    ledger = lottery(IDS)
    assert (ledger.counts.taken, ledger.counts.waiting) == (0, 60)
    ledger.take_events()
    ledger.draw(SEED, NOW)
    order = drawn_order(SEED, IDS)
    drawn = [e.registration_id for e in ledger.take_events() if isinstance(e, ParticipantConfirmed) and e.by == "draw"]
    assert drawn == order[:35]
    assert [ledger.position(id) for id in order[35:]] == list(range(1, 26))


def test_the_order_of_arrival_does_not_matter() -> None:
    shuffled = random.Random(7).sample(IDS, len(IDS))
    one, other = lottery(IDS), lottery(shuffled)
    one.draw(SEED, NOW)
    other.draw(SEED, NOW)
    assert {i: c.status for i, c in one.claims.items()} == {i: c.status for i, c in other.claims.items()}


def test_what_the_draw_wrote_rebuilds_the_drawn_line() -> None:
    ledger = lottery(IDS)
    ledger.draw(SEED, NOW)
    stored = {id: claim for id, claim in ledger.take_changes().items() if claim is not None}
    terms = Terms(35, OFFER, allocation="lottery")
    again = Seats(terms, stored, next_turn=ledger.state.next_turn, drawn_at=NOW)
    assert list(again.in_order()) == list(ledger.in_order())
    again.cancel(drawn_order(SEED, IDS)[0], NOW, "holder")
    assert again.claims[drawn_order(SEED, IDS)[35]].status == "offered"


def test_drawing_again_changes_nothing_even_with_another_seed() -> None:
    ledger = lottery(IDS)
    ledger.draw(SEED, NOW)
    ledger.take_events(), ledger.take_changes()
    ledger.draw(b"another", NOW)
    assert (ledger.take_events(), ledger.take_changes()) == ([], {})


def test_a_friend_is_drawn_with_the_group_or_not_at_all() -> None:
    ledger = lottery(IDS, size=2)
    ledger.draw(SEED, NOW)
    assert ledger.counts.taken == 34


def test_first_come_is_not_drawn() -> None:
    with pytest.raises(Refused) as refused:
        Seats(Terms(35, OFFER)).draw(SEED, NOW)
    assert refused.value.code == "no-lottery"
