"""By which way a message goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifications.channels import channel, takes_text

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FAR = {"starts_at": NOW + timedelta(days=30)}
NEAR = {"starts_at": NOW + timedelta(days=2)}
MOBILE, LANDLINE = "+4915123456789", "+4944211234"


@pytest.mark.parametrize(
    ("contact", "kind", "gathering", "way"),
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
def test_the_way_follows_from_what_is_known(contact: Any, kind: str, gathering: Any, way: str) -> None:
    assert channel({"kind": kind}, contact, gathering, NOW, has_sms=True) == way


def test_what_failed_is_not_tried_again_and_without_a_gateway_nobody_is_texted() -> None:
    contact = {"email": "o@example.org", "phone": "0151", "phone_e164": MOBILE}
    assert channel({"kind": "registered", "failed": ["email"]}, contact, FAR, NOW, has_sms=True) == "sms"
    assert channel({"kind": "registered", "failed": ["email"]}, contact, FAR, NOW, has_sms=False) == "call"
    assert (
        channel({"kind": "registered", "failed": ["email", "sms", "call"]}, contact, FAR, NOW, has_sms=True) == "none"
    )


def test_a_landline_gets_no_text() -> None:
    assert (takes_text(MOBILE), takes_text(LANDLINE), takes_text(None)) == (True, False, False)
