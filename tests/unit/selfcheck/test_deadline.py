"""Reminders come in the morning of their day or not at all, each once, never after the deadline."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.selfcheck.domain.deadline import PLACE, STILL_TIMELY, Deadline, checked
from services.selfcheck.domain.errors import Invalid
from tests.unit.selfcheck.builders import EXAMPLES

AT = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
DEADLINE = Deadline(AT, (7, 2))


def berlin(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=PLACE)


def test_a_reminder_is_due_in_the_morning_of_its_day() -> None:
    # 30 November 23:00 UTC is 1 December in Germany.
    assert DEADLINE.stages() == [(berlin(24, 9), "days-7"), (berlin(29, 9), "days-2")]
    assert DEADLINE.next_after(berlin(1, 0)) == berlin(24, 9)
    assert DEADLINE.due(berlin(24, 8)) is None
    assert DEADLINE.due(berlin(24, 9)) == "days-7"
    assert DEADLINE.next_after(berlin(24, 9)) == berlin(29, 9)
    assert DEADLINE.next_after(berlin(29, 9)) is None


def test_too_late_is_worse_than_never() -> None:
    assert DEADLINE.due(berlin(24, 20)) == "days-7"
    assert DEADLINE.due(berlin(24, 22)) is None
    assert DEADLINE.due(berlin(29, 10)) == "days-2"
    assert DEADLINE.due(AT) is None
    same_day = Deadline(berlin(30, 10), (1,))
    assert same_day.due(berlin(29, 12)) == "days-1"


@EXAMPLES
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC)),
    st.lists(st.integers(1, 60), max_size=5),
    st.integers(0, 70 * 24 * 60),
)
def test_each_reminder_is_due_once_whenever_it_is_looked_for(at: datetime, days: list[int], minutes: int) -> None:
    deadline = Deadline(at, tuple(days))
    now = at - timedelta(minutes=minutes)
    stage, later = deadline.due(now), deadline.next_after(now)
    if stage is not None:
        moment = {name: moment for moment, name in deadline.stages()}[stage]
        assert moment <= now < at
        assert now - moment <= STILL_TIMELY
        assert moment.astimezone(PLACE).hour == 9
    if later is not None:
        assert now < later < at
        assert deadline.due(later) is not None, "whoever looks when it is due finds something to do"
    else:
        assert all(not now < moment < at for moment, _ in deadline.stages())


def test_looking_only_when_due_reminds_of_every_stage_once() -> None:
    now: datetime | None = AT - timedelta(days=30)
    sent = []
    while (now := Deadline(AT, (14, 7, 1)).next_after(now)) is not None:
        sent.append(Deadline(AT, (14, 7, 1)).due(now))
    assert sent == ["days-14", "days-7", "days-1"]


def test_a_deadline_lies_ahead_and_its_days_are_bounded() -> None:
    now = AT - timedelta(days=10)
    assert checked(AT, [2, 7, 7], now) == Deadline(AT, (7, 2))
    assert checked(AT, [], now).stages() == []
    with pytest.raises(Invalid) as caught:
        checked(now, [0, 1, 61, 2, 3, 4], now)
    assert [(flaw.pointer, flaw.code) for flaw in caught.value.flaws] == [
        ("/deadline", "deadline_past"),
        ("/reminder_days", "too_many"),
        ("/reminder_days/0", "integer_out_of_range"),
        ("/reminder_days/2", "integer_out_of_range"),
    ]
