"""When the meetings of a course are, in as few words as paper has room for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chassis.text.languages import BERLIN, format_days, format_period, format_short_day, format_times, format_weekday

Meetings = Sequence[dict[str, Any]]


MOST_DAYS, MOST_PERIODS = 8, 3
"""More than so many are not all named: days in a row, and days with their hours, which take a line each."""


def dates_in_words(meetings: Meetings, language: str) -> list[str]:
    """Write when these meetings are, in lines. What is always at one hour of one weekday says so once, before the days: `Dienstag ·
    18:00–20:00` and `1. Dez. 2026 · 8. Dez. 2026`. Of many only the first and the last."""
    first, last = meetings[0]["starts_at"], meetings[-1]["starts_at"]
    if len({_weekly_slot(meeting) for meeting in meetings}) == 1:
        slot = f"{format_weekday(first, language)} · {format_times(first, meetings[0]['ends_at'], language)}"
        if len(meetings) <= MOST_DAYS:
            return [slot, days_in_words(meetings, language)]
        return [f"{len(meetings)} × {slot}", format_days(first, last, language)]
    periods = [format_period(one["starts_at"], one["ends_at"], language) for one in meetings]
    return periods if len(periods) <= MOST_PERIODS else [periods[0], "…", periods[-1]]


def days_in_words(meetings: Meetings, language: str) -> str:
    """All days in a row: `1. Dez. 2026 · 8. Dez. 2026`."""
    return " · ".join(format_short_day(one["starts_at"], language) for one in meetings)


def _weekly_slot(meeting: dict[str, Any]) -> tuple[Any, ...]:
    """The weekday, the hour and the length, by the clock."""
    starts, ends = (_wall(meeting[name]) for name in ("starts_at", "ends_at"))
    return starts.weekday(), starts.time(), ends - starts


def _wall(moment: datetime) -> datetime:
    return moment.astimezone(BERLIN).replace(tzinfo=None)
