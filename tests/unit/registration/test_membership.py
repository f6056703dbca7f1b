"""Members of districts over time: one district at most on any day, and nothing that was said is lost."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.membership import Entry, belongs, counting, covers, withdrawn
from services.registration.domain.refused import Refused

NOW = datetime(2026, 11, 1, tzinfo=UTC)
days = st.integers(0, 60).map(lambda number: (date(2026, 1, 1) + timedelta(days=number)).isoformat())
periods = st.tuples(st.sampled_from("ab"), days, st.none() | days).filter(
    lambda said: said[2] is None or said[1] < said[2]
)


def _days(entries: list[Entry]) -> list[tuple[str, str, str | None]]:
    return [(one.district, one.valid_from, one.valid_until) for one in entries]


@given(st.lists(periods, max_size=12), st.lists(days, max_size=5))
def test_one_district_a_day_and_nothing_is_lost(said: list[tuple[str, str, str | None]], asked: list[str]) -> None:
    history: list[Entry] = []
    told: dict[str, str | None] = {}
    for step, (district, start, end) in enumerate(said):
        before = history
        now = NOW + timedelta(hours=step)
        try:
            history = belongs(history, district, start, end, now)
        except Refused:
            continue
        assert len(history) >= len(before)
        assert [replace(one, replaced_at=None) for one in history[: len(before)]] == [
            replace(one, replaced_at=None) for one in before
        ]
        assert belongs(history, district, start, end, now + timedelta(minutes=1)) == history, (
            "saying it again changes nothing"
        )
        assert _days(counting(history, now - timedelta(seconds=1))) == _days(counting(before)), "as it was known before"
        for day in asked:
            if start <= day < (end or "9999"):
                told[day] = district
            elif told.get(day) == district and not any(covers(one, day) for one in counting(history)):
                told.pop(day)
    for day in asked:
        found = [one.district for one in counting(history) if covers(one, day)]
        assert len(found) <= 1
        assert found == [told[day]] if day in told else not found


@given(periods)
def test_a_corrected_entry_counts_no_more_and_stays_in_the_history(said: tuple[str, str, str | None]) -> None:
    history = belongs([], *said, NOW)
    with pytest.raises(Refused):
        withdrawn(history, said[0], "1999-01-01", NOW)
    with suppress(Refused):
        history = withdrawn(history, said[0], said[1], NOW + timedelta(days=1))
    assert counting(history) == []
    assert len(counting(history, NOW)) == len(history) == 1


def test_two_districts_at_once_are_refused() -> None:
    history = belongs([], "dachau", "2026-01-01", None, NOW)
    with pytest.raises(Refused, match="It belongs to"):
        belongs(history, "freising", "2026-06-01", None, NOW)
    ended = belongs(history, "dachau", "2026-01-01", "2026-06-01", NOW)
    assert len(counting(belongs(ended, "freising", "2026-06-01", None, NOW))) == 2
