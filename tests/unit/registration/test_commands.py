"""Every command of the seat ledger: refused or failing halfway, it leaves the ledger exactly as it was."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, get_args

import pytest

from contracts.registration import ParticipantOffered
from services.registration.domain import commands as c
from services.registration.domain.claim import EndedClaim, Group
from services.registration.domain.decide import HANDLERS, decide
from services.registration.domain.ledger import GatheringState, Ledger, Steps, carry_out
from services.registration.domain.refused import CalledOff, ListFull, NotDrawnYet, Refused, TooManyUnconfirmed
from services.registration.domain.seating import MOST_GROUPS
from services.registration.domain.terms import terms_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "title": {"de": "T"},
    "description": {"de": "D"},
    "kind": "dialogue",
    "mode": "onsite",
    "place": "P",
    "capacity": 6,
    "party_max": 4,
    "allocation": "first_come",
    "offer_hours": 24,
    "confirm_minutes": 60,
    "starts_at": NOW + timedelta(hours=30),
    "ends_at": NOW + timedelta(hours=33),
    "opens_at": None,
    "closes_at": None,
    "support": [{"id": "uk", "label": {"de": "Ukrainisch"}, "capacity": 1, "counts": "groups", "request_until": None}],
    "open_to": "residents",
    "reconfirm": {"hours_before": 10, "hours_to_answer": 5},
}


def group(id: str, size: int = 1) -> Group:
    return Group(id, size, "uk", "web", ("uk",))


def town(allocation: str = "first_come", **facts: Any) -> tuple[Ledger, datetime]:
    """A gathering in full use: seats taken, offered, unconfirmed and waited for, people at the door, claims that ended."""
    facts = FACTS | {"allocation": allocation} | facts
    ledger = Ledger("g", GatheringState(terms_of(facts), facts=facts))
    asked: list[tuple[c.Command, int]] = [
        (c.Register(group("a", 2)), 0),
        (c.Register(group("b", 2)), 0),
        (c.Register(group("c", 2)), 0),
        (c.Register(group("d", 2)), 0),
        (c.Register(group("e", 4)), 0),
        (c.Register(group("f"), unconfirmed=True), 0),
        (c.Cancel("a", "holder"), 1),
    ]
    if allocation == "first_come":
        asked.append((c.CheckIn("b", 1), 1))
    for command, minutes in asked:
        carry_out(ledger, decide(ledger, command, NOW + timedelta(minutes=minutes)))
    return ledger, NOW + timedelta(minutes=2)


COMMANDS: dict[type, tuple[c.Command, ...]] = {
    c.Lapse: (c.Lapse(),),
    c.Register: (c.Register(group("new", 1)), c.Register(group("new"), unconfirmed=True), c.Register(group("a"))),
    c.WalkIn: (c.WalkIn(group("new")), c.WalkIn(group("new", 6))),
    c.Confirm: (c.Confirm("f"), c.Confirm("f", to_reach=True), c.Confirm("nobody")),
    c.Extend: (c.Extend("f", NOW + timedelta(hours=3)), c.Extend("f", NOW), c.Extend("b", NOW + timedelta(days=9))),
    c.Accept: (c.Accept("d"), c.Accept("e")),
    c.Reconfirm: (c.Reconfirm("b"), c.Reconfirm("e")),
    c.Cancel: (c.Cancel("b", "holder"), c.Cancel("e", "staff"), c.Cancel("nobody", "staff")),
    c.Erase: (c.Erase("b"), c.Erase("nobody")),
    c.ChangeGroup: (
        c.ChangeGroup(group("b", 1)),
        c.ChangeGroup(group("b", 4), larger=True),
        c.ChangeGroup(Group("b", 2, "ar", "web", ("gone",)), asked=("gone",)),
        c.ChangeGroup(Group("b", 2, "ar", "web"), other_language=True),
    ),
    c.RecordCallOutcome: tuple(
        c.RecordCallOutcome(id, outcome, about)
        for id in ("b", "d", "f")
        for outcome in get_args(c.CallOutcome)
        for about in ("confirm-by-call", "offered", "reconfirm")
    ),
    c.CheckIn: (c.CheckIn("c"), c.CheckIn("b", 0), c.CheckIn("e"), c.CheckIn("c", 9)),
    c.CloseDoor: (c.CloseDoor(),),
    c.Draw: (c.Draw(b"seed"),),
    c.ChangeGathering: (
        c.ChangeGathering({"capacity": 12, "support": []}, "de", "x"),
        c.ChangeGathering({"capacity": 1}, "de", "x"),
        c.ChangeGathering({"ends_at": NOW}, "de", "x"),
    ),
    c.Reassign: (c.Reassign("a", "women", ""), c.Reassign("a", "", None), c.Reassign("nobody", "women", None)),
    c.ApplyRetention: (c.ApplyRetention(("a",), False, 48, 28), c.ApplyRetention((), True, 48, 28)),
}
WALKED = [
    (command, allocation) for some in COMMANDS.values() for command in some for allocation in ("first_come", "lottery")
]


class Crash(Exception):
    """A process, a driver or a mistake of ours stops a command halfway."""


def crashing(decision: Steps[Any], after: int) -> Steps[Any]:
    for _ in range(after):
        try:
            step = next(decision)
        except StopIteration as done:
            return done.value
        yield step
    raise Crash


def with_times() -> Iterator[datetime]:
    """Right away; when offers and addresses have lapsed; when groups are asked once more; when it is over."""
    return (NOW + timedelta(hours=hours) for hours in (0.05, 2, 21, 26, 34))


def test_every_command_is_decided_and_walked_here() -> None:
    assert set(HANDLERS) == set(get_args(c.Command)) == set(COMMANDS)
    assert set(HANDLERS) == {one for _, one in inspect.getmembers(c, inspect.isclass) if one.__module__ == c.__name__}


@cache
def untouched(allocation: str, status: str) -> Ledger:
    """To compare with, and never to decide on."""
    ledger, _ = town(allocation)
    ledger.state = replace(ledger.state, status=status)
    return ledger


@pytest.mark.parametrize(("command", "allocation"), WALKED, ids=lambda one: type(one).__name__)
def test_a_command_that_is_refused_or_fails_halfway_is_taken_back_whole(command: c.Command, allocation: str) -> None:
    """And so is one that came to its end, step by step: the next moment is tried on the same ledger."""
    ledger, _ = town(allocation)
    for status in ("published", "cancelled", "draft"):
        ledger.state = replace(ledger.state, status=status)
        before = untouched(allocation, status)
        for now in with_times():
            for after in range(100):
                try:
                    _, steps = carry_out(ledger, crashing(decide(ledger, command, now), after))
                except Crash:
                    assert ledger == before, f"{command} after {after} steps"
                except Exception as refused:  # noqa: BLE001 - whatever it is, nothing may be left of the command
                    assert type(refused).__name__ in ("Invalid", *(one.__name__ for one in Refused.__subclasses__()))
                    assert ledger == before, f"{command} refused as {refused!r}"
                    break
                else:
                    ledger.revert(steps)
                    assert ledger == before, f"{command} taken back after its last step"
                    break
            else:
                pytest.fail("it never came to an end")


@pytest.mark.parametrize(("command", "allocation"), WALKED, ids=lambda one: type(one).__name__)
def test_what_is_counted_follows_the_claims_through_every_command(command: c.Command, allocation: str) -> None:
    ledger, _ = town(allocation)
    for now in with_times():
        try:
            _, steps = carry_out(ledger, decide(ledger, command, now))
        except Exception:  # noqa: BLE001 - what refused commands leave is looked at above
            continue
        afresh = Ledger("g", ledger.state, dict(ledger.claims), dict(ledger.ended))
        assert ledger == afresh
        ledger.revert(steps)  # to what it was, see above


def test_nobody_walks_in_before_the_draw() -> None:
    ledger, now = town("lottery")
    with pytest.raises(NotDrawnYet):
        carry_out(ledger, decide(ledger, c.WalkIn(group("new")), now))
    assert "new" not in ledger.claims


def test_seats_do_not_move_on_in_a_gathering_that_was_called_off() -> None:
    ledger, now = town()
    ledger.state = replace(ledger.state, status="cancelled")
    for command in (c.Cancel("c", "holder"), c.Erase("b"), c.Lapse()):
        _, steps = carry_out(ledger, decide(ledger, command, now + timedelta(hours=25)))
        assert not [step for step in steps if isinstance(step, ParticipantOffered)]
    assert ledger.claims["e"].status == "waiting"
    with pytest.raises(CalledOff):
        carry_out(ledger, decide(ledger, c.Accept("e"), now))


def test_seats_left_free_by_a_clock_that_ran_ahead_go_to_the_line_before_anybody_new() -> None:
    ledger, now = town()
    starts_at = ledger.terms.starts_at
    for id in ("c", "d"):
        carry_out(ledger, decide(ledger, c.Cancel(id, "holder"), starts_at + timedelta(minutes=1)))
    assert ledger.claims["e"].status == "waiting", "nothing moves once the meeting has begun"
    carry_out(ledger, decide(ledger, c.Register(group("new")), now))
    assert ledger.claims["e"].status == "offered"
    assert ledger.claims["new"].status == "waiting"


def test_a_gathering_has_room_for_so_many_groups_and_says_so() -> None:
    ledger, now = town()
    claim = ledger.claims["e"]
    for number in range(MOST_GROUPS - len(ledger.claims)):
        carry_out(ledger, iter_one(ledger, f"x{number}", replace(claim, turn=100 + number)))
    with pytest.raises(ListFull):
        carry_out(ledger, decide(ledger, c.Register(group("one more")), now))


def test_whoever_ended_is_not_registered_again_by_a_repeat() -> None:
    ledger, now = town()
    assert ledger.ended["a"] == EndedClaim("cancelled", NOW + timedelta(minutes=1), "uk", "web", ("uk",))
    assert carry_out(ledger, decide(ledger, c.Register(group("a")), now)) == (None, [])


def iter_one(ledger: Ledger, id: str, claim: Any) -> Steps[None]:
    yield ledger.with_claim(id, claim)


def test_so_many_people_are_unconfirmed_by_one_address_and_one_network() -> None:
    ledger = Ledger("g", GatheringState(terms_of(FACTS | {"capacity": 200}), facts=FACTS))

    def sign_up(id: str, size: int, *origins: str) -> None:
        carry_out(ledger, decide(ledger, c.Register(group(id, size), unconfirmed=True, origins=origins), NOW))

    for number in range(3):
        sign_up(f"a{number}", 4, "person:a", "network:n")
    with pytest.raises(TooManyUnconfirmed):
        sign_up("a3", 1, "person:a", "network:n")
    for number in range(12):
        sign_up(f"b{number}", 4, f"person:b{number}", "network:n")
    with pytest.raises(TooManyUnconfirmed):
        sign_up("c", 1, "person:c", "network:n")
    sign_up("d", 4, "person:d", "network:elsewhere")
    carry_out(ledger, decide(ledger, c.Confirm("a0"), NOW))
    sign_up("c", 4, "person:c", "network:n")
    assert ledger.claims["a0"].origins == ()
    carry_out(ledger, decide(ledger, c.Register(group("by phone", 4), origins=("person:a",)), NOW))
