"""Calendar files say things in the form that programs read."""

from __future__ import annotations

from datetime import UTC, datetime

from chassis.text.calendars import calendar


def test_how_often_to_look_again_is_a_duration() -> None:
    feed = calendar([], datetime(2026, 11, 1, tzinfo=UTC), name="Wilhelmshaven").decode()
    assert "X-PUBLISHED-TTL:PT1H\r\n" in feed
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in feed
