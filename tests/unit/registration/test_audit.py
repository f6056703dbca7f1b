"""What a ledger decides follows from the rules; what somebody slipped in, left out or changed does not."""

from __future__ import annotations

import contextlib
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from contracts import registration as r
from contracts.envelope import Event
from kommune.cli import app
from services.registration.domain.audit import check, data_of, type_of
from services.registration.domain.audit_entries import Entry
from services.registration.domain.claim import Group
from services.registration.domain.commands import Draw, Extend
from services.registration.domain.invitations import Invitation
from services.registration.domain.quotas import Quota
from services.registration.domain.refused import Invalid, Refused
from services.registration.domain.support import Offer
from services.registration.domain.terms import Reconfirm, Terms
from tests.support.examples import examples
from tests.support.seats import Seats

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STARTS_AT = NOW + timedelta(days=5)
SEED = b"a seed of a lottery"
COMMITMENT = hashlib.sha256(SEED).hexdigest()
OFFERS = (Offer("interpreter:uk", 1), Offer("childcare", 3, "people"))


QUOTAS = (Quota("women", 2, NOW + timedelta(hours=70)), Quota("district", 1))


def _gathering(capacity: int, allocation: r.Allocation = "first_come", quotas: tuple[Quota, ...] = ()) -> r.Gathering:
    return r.Gathering(
        gathering_id="g",
        title={"de": "T"},
        description={"de": "D"},
        kind="dialogue",
        starts_at=STARTS_AT,
        ends_at=STARTS_AT + timedelta(hours=2),
        mode="onsite",
        place="P",
        capacity=capacity,
        party_max=4,
        allocation=allocation,
        offer_hours=24,
        confirm_minutes=60,
        reconfirm=r.Reconfirm(hours_before=48, hours_to_answer=24),
        kept=tuple(r.KeptSeats(seats=one.seats, until=one.until) for one in quotas) or None,
    )


def _terms(capacity: int, allocation: r.Allocation = "first_come", quotas: tuple[Quota, ...] = ()) -> Terms:
    asking = Reconfirm(timedelta(hours=48), timedelta(hours=24))
    invitations = (Invitation("course", uses=8),)
    given = {"quotas": quotas, "invitations": invitations}
    return Terms(capacity, timedelta(hours=24), STARTS_AT, OFFERS, asking, allocation, **given)


class Town:
    """A ledger in use, and the trail it leaves: each round has one moment, as the repository of ledgers decides."""

    def __init__(self, capacity: int, allocation: r.Allocation = "first_come", quotas: tuple[Quota, ...] = ()) -> None:
        self.quotas = quotas
        self.ledger = Seats(_terms(capacity, allocation, quotas))
        self.now = NOW
        self.ids: list[str] = []
        self.trail: list[Entry] = []
        gathering = _gathering(capacity, allocation, quotas)
        self._tell([r.GatheringPublished(gathering=gathering, seed_commitment=COMMITMENT)])

    def do(self, act: str, which: int, size: int, hours: float) -> None:
        self.now += timedelta(hours=hours)
        self.ledger.lapse(self.now)
        id = self.ids[which % len(self.ids)] if self.ids else "nobody"
        with contextlib.suppress(Refused, Invalid):
            self._act(act, id, size, which)
        self._tell(self.ledger.take_events())

    def _act(self, act: str, id: str, size: int, which: int) -> None:
        ledger, now = self.ledger, self.now
        support = tuple(offer.id for offer in OFFERS[: size % 3])
        if act in ("register", "by phone"):
            self.ids.append(f"{len(self.ids):04d}")
            confirm_by = now + timedelta(minutes=60) if act == "register" else None
            quota = ("", *(one.id for one in self.ledger.open_quotas))[which % (1 + len(self.ledger.open_quotas))]
            invitation = ("", "course")[which % 2]
            group = Group(self.ids[-1], size, "uk", "web", support, quota=quota, invitation=invitation)
            ledger.register(group, now, confirm_by)
        elif act == "resize":
            before = self.ledger.terms.capacity
            allocation = ledger.terms.allocation
            self._tell(ledger.take_events())
            told = _gathering(before + size - 2, allocation, self.quotas)
            self._tell([r.GatheringChanged(gathering=told, changed=("capacity",))])
            ledger.adopt(_terms(before + size - 2, allocation, self.quotas), now)
        elif act == "draw" and ledger.state.before_draw:
            ledger.do(Draw(SEED), now)
        elif act == "change":
            ledger.change(Group(id, size, "de", "web", support), now)
        elif act == "extend":
            ledger.do(Extend(id, now + timedelta(hours=size - 1)), now)
        elif act == "reassign":
            quota = (None, "", *(one.id for one in ledger.open_quotas))[which % (2 + len(ledger.open_quotas))]
            ledger.reassign(id, now, quota, (None, "", "course")[size % 3])
        elif act == "cancel":
            ledger.cancel(id, now, "holder")
        elif act in ("confirm", "accept", "reconfirm", "arrive"):
            getattr(ledger, act)(id, now)

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            read = type(event).model_validate_json(event.model_dump_json(exclude_none=True))  # as it goes over Kafka
            self.trail.append(Entry(len(self.trail) + 1, self.now, type_of(read), data_of(read)))


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "register",
                "register",
                "by phone",
                "confirm",
                "extend",
                "accept",
                "cancel",
                "change",
                "reassign",
                "reassign",
                "resize",
                "draw",
                "reconfirm",
                "arrive",
                "wait",
            ]
        ),
        st.integers(0, 30),
        st.integers(1, 4),
        st.sampled_from([0, 0, 0.1, 0.5, 1, 30]),
    ),
    max_size=40,
)


def _lived(
    acts: Any, capacity: int = 5, allocation: r.Allocation = "first_come", quotas: tuple[Quota, ...] = ()
) -> Town:
    town = Town(capacity, allocation, quotas)
    for act in acts:
        town.do(*act)
    return town


@given(ACTS, st.integers(4, 9), st.sampled_from(["first_come", "lottery"]))
@settings(max_examples=examples(300), deadline=None)
def test_what_the_ledger_decides_follows_from_the_rules(acts: Any, capacity: int, allocation: r.Allocation) -> None:
    town = _lived(acts, capacity, allocation)
    assert check(town.trail).findings == []


@given(ACTS, st.data())
@settings(max_examples=examples(200), deadline=None)
def test_an_entry_left_out_of_the_trail_is_found(acts: Any, data: st.DataObject) -> None:
    trail = _lived([("by phone", 0, 3, 0), ("by phone", 0, 3, 0), *acts]).trail
    gone = data.draw(st.integers(0, len(trail) - 2))
    without = [entry for index, entry in enumerate(trail) if index != gone]
    assert check(without).findings[0].n <= gone + 1


@given(ACTS, st.integers(4, 9), st.sampled_from(["first_come", "lottery"]))
@settings(max_examples=examples(300), deadline=None)
def test_what_is_decided_about_kept_seats_is_within_the_rules(
    acts: Any, capacity: int, allocation: r.Allocation
) -> None:
    town = _lived(acts, capacity, allocation, QUOTAS)
    assert check(town.trail).findings == []
    assert "women" not in repr(town.trail)
    assert "course" not in repr(town.trail)
    assert "district" not in repr(town.trail)


def test_once_it_has_begun_whoever_comes_gets_what_is_free_past_whoever_waits() -> None:
    full = [("register", 0, 1, 120), *[("register", 0, 1, 0)] * 3]  # the start, and four seats for an hour
    kept = _lived([*full, ("register", 0, 1, 0.5), ("register", 0, 1, 0.5)], 4, quotas=QUOTAS).trail
    assert any(entry.type == "participant.passed-over" for entry in kept)
    assert check(kept).findings == []


def _kept() -> list[Entry]:
    """Four seats, three of them kept: one general seat is taken, one waits, two women get seats past them, one waits as well; one of
    the women gives up."""
    acts = [("by phone", 0, 1, 0), ("by phone", 3, 1, 0), ("by phone", 1, 1, 0), ("by phone", 1, 1, 0)]
    return _lived([*acts, ("by phone", 1, 1, 0), ("cancel", 2, 1, 1)], 4, quotas=QUOTAS).trail


def test_kept_seats_are_given_past_whoever_did_not_declare() -> None:
    trail = _kept()
    assert [entry.type.split(".")[1] for entry in trail] == [
        "published",
        *("registered", "confirmed"),
        "registered",
        *("registered", "confirmed") * 2,
        "registered",
        *("cancelled", "supported", "offered"),
    ]
    assert trail[-1].data["registration_id"] == "0004"
    assert (check(trail).decisions, check(trail).findings) == (11, [])  # of support nothing is checked


@pytest.mark.parametrize(
    ("number", "changes", "found"),
    [
        (4, {"status": "confirmed"}, "Nothing in the rules"),
        (4, {"position": 7}, "Nothing in the rules"),
        (5, {"size": 3}, "people would have seats"),
        (10, {"registration_id": "stranger"}, "Nothing in the rules"),
        (12, {"offer_expires_at": "2030-01-01T00:00:00Z"}, "had to run until"),
        (1, {"kept": [{"seats": 1}]}, "past somebody in line"),
        (1, {"capacity": 9}, "kept for nobody"),
    ],
)
def test_what_kept_seats_do_not_explain_is_found_in_the_trail(number: int, changes: dict[str, Any], found: str) -> None:
    trail = _kept()
    entry = trail[number - 1]
    trail[number - 1] = Entry(entry.n, entry.at, entry.type, {**entry.data, **changes})
    assert found in check(trail).findings[0].what


def _crowd() -> list[Entry]:
    """Nine seats: six, six that wait, three who fit past them; then the first six give up."""
    return _lived(
        [("by phone", 0, 6, 0), ("by phone", 0, 6, 0), ("by phone", 0, 3, 0), ("cancel", 0, 1, 1), ("accept", 1, 1, 1)],
        capacity=9,
    ).trail


def test_the_trail_of_a_crowd_has_its_entries_in_order() -> None:
    trail = _crowd()
    assert [entry.type.split(".")[1] for entry in trail] == [
        "published",
        "registered",
        "confirmed",
        "registered",
        "passed-over",
        "registered",
        "confirmed",
        "cancelled",
        "offered",
        "confirmed",
    ]
    assert check(trail).decisions == len(trail)


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (4, {"status": "confirmed"}),
        (4, {"position": 2}),
        (5, {"free": 0}),
        (6, {"registration_id": "stranger"}),
        (9, {"registration_id": "0002"}),
        (9, {"offer_expires_at": "2030-01-01T00:00:00Z"}),
        (10, {"by": "draw"}),
        (2, {"size": None}),
    ],
)
def test_an_entry_changed_in_the_trail_is_found(number: int, changes: dict[str, Any]) -> None:
    trail = _crowd()
    entry = trail[number - 1]
    trail[number - 1] = Entry(entry.n, entry.at, entry.type, {**entry.data, **changes})
    assert check(trail).findings


def test_an_offer_that_passes_the_line_is_found() -> None:
    trail = _crowd()
    favour = Entry(8, trail[7].at, "participant.confirmed", {"registration_id": "0001", "by": "acceptance"})
    assert check([*trail[:7], favour]).findings[0].n == 8


def test_another_seed_than_committed_to_is_found() -> None:
    trail = _lived([("by phone", 0, 1, 0)] * 3 + [("draw", 0, 1, 0)], 2, "lottery").trail
    drawn = next(index for index, entry in enumerate(trail) if entry.type == "gathering.drawn")
    other = {**trail[drawn].data, "seed": b"a better seed".hex()}
    trail[drawn] = Entry(trail[drawn].n, trail[drawn].at, "gathering.drawn", other)
    assert check(trail).findings[0].what == "The seed is not the one that was committed to."


def _file(trail: list[Entry]) -> str:
    lines = [{"gathering": "g", "n": e.n, "at": e.at.isoformat(), "type": e.type, "data": dict(e.data)} for e in trail]
    return "".join(json.dumps(line) + "\n" for line in lines)


def test_the_command_checks_a_downloaded_trail(tmp_path: Any) -> None:
    trail, run = _crowd(), CliRunner()
    sound = run.invoke(app, ["audit", "-", "--json"], input=_file(trail))
    assert (sound.exit_code, json.loads(sound.stdout)) == (0, {"entries": 10, "decisions": 10, "findings": []})
    broken = run.invoke(app, ["audit", "-"], input=_file(trail[:4] + trail[5:]))
    assert (broken.exit_code, broken.stdout) == (1, "entry 5: Entry 5 is missing.\n")
    file = tmp_path / "trail.jsonl"
    file.write_text("not a trail")
    nothing = run.invoke(app, ["audit", str(file)])
    assert nothing.exit_code == 2
    assert "line 1 is no entry" in nothing.stderr
