"""Dates of series: the clock on the wall counts, the weekday stays."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.clock_change import HourDoesNotExist, is_twice, on_the_clock
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
def test_the_end_of_a_series_is_its_last_possible_day(first: datetime, days: int) -> None:
    until: date = first.date() + timedelta(days=days)
    found = occurrences(first, Repeat("weekly", until=until))
    assert len(found) == min(days // 7 + 1, MOST)
    assert all(one.date() <= until for one in found)


@given(STARTS, STARTS, st.integers(0, 100))
def test_deadlines_move_along_with_the_start(before: datetime, after: datetime, hours: int) -> None:
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


def at(wall: str, offset: str) -> datetime:
    return datetime.fromisoformat(f"{wall}{offset}")


def test_an_hour_that_the_clocks_skip_is_named_and_not_moved() -> None:
    first = at("2027-03-14T02:30", "+01:00")
    with pytest.raises(HourDoesNotExist) as refused:
        occurrences(first, Repeat("weekly", count=4))
    assert refused.value.values == {"day": "28.03.2027", "time": "02:30"}
    assert len(occurrences(first, Repeat("weekly", count=2))) == 2  # it is over before


def test_of_an_hour_that_exists_twice_the_first_counts_and_the_length_stays() -> None:
    first = at("2027-10-24T02:30", "+02:00")
    facts = {
        "starts_at": first,
        "ends_at": first + timedelta(hours=1),
        "opens_at": None,
        "closes_at": None,
        "support": [],
    }
    second = occurrences(first, Repeat("weekly", count=2))[1]
    assert second.astimezone(UTC) == at("2027-10-31T02:30", "+02:00")
    found = moved(facts, second)
    assert found["ends_at"] == at("2027-10-31T02:30", "+01:00")
    assert found["ends_at"] - found["starts_at"].astimezone(UTC) == timedelta(hours=1)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1)), st.booleans())
def test_a_time_on_the_clock_is_shown_by_the_clock_or_does_not_exist(wall: datetime, second: bool) -> None:
    for near in (wall, wall.replace(month=3, day=31, hour=2), wall.replace(month=10, day=27, hour=2)):
        try:
            moment = on_the_clock(near, second)
        except HourDoesNotExist:
            assert (near.month, near.hour) == (3, 2)
            continue
        assert moment.astimezone(UTC).astimezone(ZONE).replace(tzinfo=None, fold=0) == near


def test_which_hours_exist_twice() -> None:
    assert is_twice(datetime(2027, 10, 31, 2, 30))
    assert not is_twice(datetime(2027, 10, 31, 3, 0))
    assert not is_twice(datetime(2027, 3, 28, 2, 30))
