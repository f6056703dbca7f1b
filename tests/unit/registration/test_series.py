"""Dates of series: the clock on the wall counts, the weekday stays."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.series import MOST, ZONE, Repeat, moved, occurrences

STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1)).map(
    # An hour that exists once on every day, also on those when the clocks change.
    lambda moment: moment.replace(hour=max(moment.hour, 4), second=0, microsecond=0, tzinfo=ZONE)
)


@given(STARTS, st.integers(1, 8), st.integers(2, MOST))
def test_weeks_keep_hour_and_distance(first: datetime, interval: int, count: int) -> None:
    found = occurrences(first, Repeat("weekly", interval, count))
    assert len(found) == count
    assert found[0] == first
    walls = [one.replace(tzinfo=None) for one in found]
    assert {later - earlier for earlier, later in itertools.pairwise(walls)} == {timedelta(weeks=interval)}


@given(STARTS, st.integers(1, 3), st.integers(2, 12))
def test_months_keep_hour_and_weekday_and_miss_none(first: datetime, interval: int, count: int) -> None:
    found = occurrences(first, Repeat("monthly", interval, count))
    assert len({(one.weekday(), one.hour, one.minute) for one in found}) == 1
    months = [one.year * 12 + one.month for one in found]
    assert months == list(range(months[0], months[0] + count * interval, interval))


@given(STARTS, st.integers(0, 400))
def test_until_is_the_last_day_that_may_be(first: datetime, days: int) -> None:
    until: date = first.date() + timedelta(days=days)
    found = occurrences(first, Repeat("weekly", until=until))
    assert len(found) == min(days // 7 + 1, MOST)
    assert all(one.date() <= until for one in found)


@given(STARTS, STARTS, st.integers(0, 100))
def test_other_times_move_along(before: datetime, after: datetime, hours: int) -> None:
    facts = {
        "starts_at": before,
        "ends_at": before + timedelta(hours=hours),
        "opens_at": None,
        "closes_at": before,
        "support": [{"id": "childcare", "request_until": before}],
    }
    found = moved(facts, after)
    assert found["starts_at"] == after == found["closes_at"] == found["support"][0]["request_until"]
    assert found["opens_at"] is None
    naive = facts["ends_at"].replace(tzinfo=None) - before.replace(tzinfo=None)
    assert found["ends_at"].replace(tzinfo=None) - after.replace(tzinfo=None) == naive
