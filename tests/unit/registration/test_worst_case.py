"""The largest document that a gathering can become stays small: every write of a claim carries it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import bson
from hypothesis import given
from hypothesis import strategies as st

from chassis.messaging.outbox import ENTRY_BYTES, MAX_PENDING_BYTES, entries
from contracts.registration import ParticipantRegistered
from services.registration.domain.claim import Claim, EndedClaim, Wish
from services.registration.domain.seating import MOST_GROUPS
from services.registration.registrations.schemas import MOST_WISHES
from services.registration.seats.documents import (
    LETTERS,
    from_claim,
    from_ended,
    from_first,
    to_claim,
    to_ended,
    to_first,
)
from services.registration.seats.repository import MOST_ENDED
from services.registration.seats.rounds import MOST_KEYS

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LIMIT = 8_000_000
SUPPORT = [f"{number:02}" + "s" * 78 for number in range(MOST_WISHES)]
"""As many kinds as a group may wish for, with ids as long as they may be."""


def _id(number: int) -> str:
    return f"{number:032x}"


def test_a_gathering_filled_to_every_limit_weighs_less_than_8_mb() -> None:
    numbers: dict[str, int] = {}
    wishes = tuple(Wish(id, "with_seat", 3 * MOST_GROUPS) for id in SUPPORT)
    first = {
        "id": _id(1),
        "status": "unconfirmed",
        "position": MOST_GROUPS,
        "confirm_by": "2026-11-24T12:00:00.000Z",
        "support_status": {id: {"status": "waiting", "position": MOST_GROUPS} for id in SUPPORT},
    }
    origins = tuple(f"{kind}:{'0' * 12}" for kind in ("person", "person", "person", "network"))
    claim = Claim(
        50,
        3 * MOST_GROUPS,
        False,
        False,
        NOW,
        50,
        NOW,
        True,
        wishes,
        "de-simple",
        "helper",
        origins,
        "q" * 50,
        "i" * 50,
    )
    ended = EndedClaim("cancelled", NOW, "de-simple", "helper", tuple(SUPPORT))
    told = ParticipantRegistered(
        gathering_id=_id(0),
        registration_id=_id(1),
        status="unconfirmed",
        position=MOST_GROUPS,
        size=50,
        language="de-simple",
        channel="helper",
        support=tuple(SUPPORT),
        support_status=dict.fromkeys(SUPPORT, "with_seat"),
    )
    [entry], _ = entries({"_id": _id(0)}, [told], NOW)
    fits = MAX_PENDING_BYTES // (ENTRY_BYTES + len(entry["d"]))
    document = {
        "claims": {_id(n): from_claim(claim, from_first(first, numbers), numbers) for n in range(MOST_GROUPS)},
        "gone": {_id(n): from_ended(ended, from_first(first, numbers)) for n in range(2 * MOST_ENDED)},
        "requests": {_id(n): {"f": "f" * 64, "a": first, "t": NOW} for n in range(MOST_KEYS)},
        "outbox": [entry] * fits,
        "support_ids": SUPPORT,
    }
    assert len(bson.encode(entry)) - len(entry["d"]) <= ENTRY_BYTES + 60
    sizes = {name: len(bson.encode({name: part})) for name, part in document.items()}
    assert sum(sizes.values()) < LIMIT, sizes


WISHES = st.lists(
    st.builds(Wish, st.sampled_from(SUPPORT), st.sampled_from(sorted(LETTERS)), st.integers(0, 9_999)),
    unique_by=lambda wish: wish.support,
)


@given(WISHES, st.booleans(), st.sampled_from([(), ("person:a",)]))
def test_claims_are_read_as_they_were_written(wishes: list[Wish], seated: bool, origins: tuple[str, ...]) -> None:
    numbers: dict[str, int] = {}
    claim = Claim(
        2, 7, seated, True, NOW, 1, NOW, True, tuple(wishes), "uk", "phone", origins, "women" if seated else ""
    )
    assert to_claim(from_claim(claim, None, numbers), list(numbers)) == claim
    ended = EndedClaim("lapsed", NOW + timedelta(hours=1), "uk", "phone", tuple(wish.support for wish in wishes))
    assert to_ended(from_ended(ended, None)) == ended


@given(WISHES)
def test_first_answers_are_read_as_they_were_given(wishes: list[Wish]) -> None:
    numbers: dict[str, int] = {}
    status: dict[str, Any] = {
        w.support: {"status": w.status} | ({"position": w.turn} if w.turn else {}) for w in wishes
    }
    for first in (
        {"id": "a", "status": "confirmed"},
        {"id": "a", "status": "waiting", "position": 3, "support_status": status},
    ):
        assert to_first(from_first(first, numbers), "a", list(numbers)) == first


def test_wishes_of_documents_from_before_are_read() -> None:
    stored = {"n": 1, "t": 4, "s": True, "c": True, "p": [["uk", "g", 4]]}
    assert to_claim(stored).wishes == (Wish("uk", "granted", 4),)
