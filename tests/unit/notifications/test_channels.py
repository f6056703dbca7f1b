"""The choice of a message's channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.channels import choose_channel
from services.notifications.domain.facts import Contact, Gathering
from services.notifications.domain.messages import CONTENTS, content_of
from services.notifications.sms.gateway import may_be_texted
from tests.support.message_samples import read

COUNTRIES = frozenset({"DE"})

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FAR = Gathering(starts_at=NOW + timedelta(days=30), ends_at=NOW + timedelta(days=30))
NEAR = Gathering(starts_at=NOW + timedelta(days=2), ends_at=NOW + timedelta(days=2))
MOBILE, LANDLINE = "+4915123456789", "+4944211234"


@pytest.mark.parametrize(
    ("contact", "kind", "gathering", "channel"),
    [
        ({"email": "o@example.org", "phone": "1", "phone_e164": MOBILE, "post": "x"}, "registered", FAR, "email"),
        ({"phone": "0151", "phone_e164": MOBILE, "post": "x"}, "registered", FAR, "sms"),
        ({"phone": "04421", "phone_e164": LANDLINE, "post": "x"}, "registered", FAR, "letter"),
        ({"phone": "04421", "phone_e164": LANDLINE, "post": "x"}, "registered", NEAR, "call"),
        ({"phone": "04421", "phone_e164": LANDLINE, "post": "x"}, "offered", FAR, "call"),
        ({"phone": "04421", "phone_e164": LANDLINE}, "registered", FAR, "call"),
        ({"post": "x"}, "offered", NEAR, "letter"),
        ({}, "registered", FAR, "none"),
        ({"email": "o@example.org"}, "confirm-new-address", None, "none"),
        ({"email": "o@example.org", "new_email": "n@example.org"}, "confirm-new-address", None, "email"),
    ],
)
def test_the_channel_follows_from_the_contact(contact: Any, kind: str, gathering: Any, channel: str) -> None:
    assert _channel(kind, contact, gathering) == channel


def _channel(kind: str, contact: Any, gathering: Any, failed: Any = (), has_sms: bool = True) -> str:
    texted = has_sms and may_be_texted(contact.get("phone_e164"), COUNTRIES)
    return choose_channel(content_of(kind, {}), read(Contact, contact), gathering, failed, NOW, takes_text=texted)


def test_failed_channels_are_skipped_and_texts_need_a_gateway() -> None:
    contact = {"email": "o@example.org", "phone": "0151", "phone_e164": MOBILE}
    assert _channel("registered", contact, FAR, ["email"]) == "sms"
    assert _channel("registered", contact, FAR, ["email"], has_sms=False) == "call"
    assert _channel("registered", contact, FAR, ["email", "sms", "call"]) == "none"


def test_a_landline_gets_no_text() -> None:
    assert [may_be_texted(one, COUNTRIES) for one in (MOBILE, LANDLINE, None)] == [True, False, False]


@pytest.mark.parametrize("number", ["+88160012345", "+380501234567", "+4990012345", "+110", "nonsense"])
def test_far_countries_satellites_and_premium_numbers_are_not_texted(number: str) -> None:
    assert not may_be_texted(number, COUNTRIES)
    assert may_be_texted("+380501234567", COUNTRIES | {"UA"})


EVERY_ADDRESS = {"email": "o@example.org", "phone": "0151", "phone_e164": MOBILE, "post": "x"}


@pytest.mark.parametrize(
    ("wish", "kind", "gathering", "channel"),
    [
        ("sms", "registered", FAR, "sms"),
        ("call", "registered", FAR, "call"),
        ("letter", "registered", FAR, "letter"),
        ("letter", "registered", NEAR, "email"),
        ("letter", "offered", FAR, "email"),
        ("call", "gathering-reminder", FAR, "email"),
        ("sms", "confirm-address", FAR, "email"),
        ("call", "confirm-new-address", FAR, "email"),
        ("any", "registered", FAR, "email"),
    ],
)
def test_the_preferred_channel_comes_first_unless_it_is_too_slow_or_proves_nothing(
    wish: str, kind: str, gathering: Any, channel: str
) -> None:
    assert _channel(kind, {**EVERY_ADDRESS, "new_email": "n@example.org", "reach_first": wish}, gathering) == channel


@given(
    st.sampled_from(sorted(CONTENTS)),
    st.sampled_from(["email", "sms", "letter", "call"]),
    st.sets(st.sampled_from(["email", "phone", "post"])),
    st.sampled_from([FAR, NEAR, None]),
    st.booleans(),
)
def test_each_channel_is_tried_once_whatever_fails_or_is_preferred(
    kind: str, wish: str, known: set[str], gathering: Any, has_sms: bool
) -> None:
    contact = {name: value for name, value in EVERY_ADDRESS.items() if name.removesuffix("_e164") in known}

    def tried(contact: Any) -> list[str]:
        failed: list[str] = []
        while (channel := _channel(kind, contact, gathering, failed, has_sms)) != "none":
            assert channel not in failed
            failed.append(channel)
        return failed

    before, wished = tried(contact), tried({**contact, "reach_first": wish})
    assert sorted(wished) == sorted(before)
    others = [channel for channel in before if channel != wish]
    assert wished in (before, [wish, *others]), "the others stay in their order"
