"""When somebody has to be forgotten: never before their time, and never forgotten about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.retention import FIRST_LOOK, due, first_look

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
moments = st.integers(-2000, 2000).map(lambda hours: NOON + timedelta(hours=hours))
places = st.dictionaries(st.text("abc", min_size=1, max_size=2), moments, max_size=6)
hours = st.integers(1, 72)
days = st.integers(1, 365)


@given(moments, places, hours, days, moments)
def test_nobody_is_erased_too_early_and_nobody_is_left_out(ends_at, ended, keep_hours, keep_days, now) -> None:  # type: ignore[no-untyped-def]
    found = due(ends_at, ended, keep_hours, keep_days, now)
    assert found.everybody == (now >= ends_at + timedelta(days=keep_days))
    if found.everybody:
        assert found.look_again is None
        return
    assert set(found.ended) == {id for id, moment in ended.items() if now >= moment + timedelta(hours=keep_hours)}
    assert found.look_again is not None
    assert found.look_again > now
    assert ends_at <= now or found.look_again <= ends_at, "answers of a special kind go when the gathering is over"


@given(moments, places, hours, days, moments)
def test_checking_when_due_erases_each_exactly_when_their_time_is_up(
    ends_at, ended, keep_hours, keep_days, now
) -> None:  # type: ignore[no-untyped-def]
    left, clock = dict(ended), now
    for _ in range(len(ended) + 3):
        found = due(ends_at, left, keep_hours, keep_days, clock)
        if found.everybody:
            return
        for id in found.ended:
            assert clock in (now, left.pop(id) + timedelta(hours=keep_hours))
        assert found.look_again is not None
        clock = found.look_again
    raise AssertionError("everybody's time comes")


@given(st.none() | moments, moments, st.booleans(), moments)
def test_the_first_check_of_retention_comes_in_time(known, ends_at, someone_ended, now) -> None:  # type: ignore[no-untyped-def]
    look = first_look(known, ends_at, someone_ended, now)
    assert look <= ends_at
    assert known is None or look <= known
    assert not someone_ended or look <= now + FIRST_LOOK
