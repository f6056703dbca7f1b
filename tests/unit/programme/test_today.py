"""A service's part of the day: in which order it is told, and how much of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from programme.today import MOST, Done, Due, build_today

START = datetime(2027, 1, 1, tzinfo=UTC)
moments = st.integers(0, 10**6).map(lambda seconds: START + timedelta(seconds=seconds))
due = st.builds(
    Due,
    what=st.sampled_from(["calls", "letters"]),
    number=st.integers(0, 3),
    address=st.just("/x"),
    until=st.none() | moments,
)
done = st.builds(Done, what=st.just("called"), at=moments, address=st.just("/x"))


@given(st.lists(due, max_size=80), st.lists(done, max_size=80))
def test_what_ends_first_and_what_is_newest_stand_on_top(due: list[Due], done: list[Done]) -> None:
    today = build_today(due, done)
    ends = [one.until for one in today.due]
    with_end = [end for end in ends if end is not None]
    assert ends == sorted(with_end) + [None] * (len(ends) - len(with_end)), "what has no end comes last"
    times = [one.at for one in today.done]
    assert times == sorted(times, reverse=True)
    owed = [one for one in due if one.number]
    assert len(today.due) == min(MOST, len(owed))
    assert len(today.done) == min(MOST, len(done))
    assert all(one.number for one in today.due), "nothing is told of what there is none of"
    if len(owed) <= MOST:
        assert sorted(map(repr, today.due)) == sorted(map(repr, owed))


def test_times_are_told_as_everywhere() -> None:
    told = build_today([Due(what="calls", number=1, address="/x", until=START)], []).model_dump(mode="json")
    assert told["due"][0]["until"] == "2027-01-01T00:00:00.000Z"
