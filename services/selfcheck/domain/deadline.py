"""Decides by when people are asked to hand in, and when those who have not are reminded: early, in the morning, or not at all.

The deadline is a request: answers are taken until the reveal. A reminder that could not be sent on its day is left out
when the next one, the deadline or the end of that day has come: too late is worse than never.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.selfcheck.domain.errors import Flaw, Invalid, pointer

REMINDER_DAYS = (7, 2)
"""Days before the deadline, unless the coordinator chooses others."""
MAX_REMINDERS = 5
MAX_DAYS = 60
FURTHEST = timedelta(days=2 * 366)
MORNING = time(9)
PLACE = ZoneInfo("Europe/Berlin")
STILL_TIMELY = timedelta(hours=12)


@dataclass(frozen=True)
class Deadline:
    """The moment, and the days before it on which people are reminded."""

    at: datetime
    days: tuple[int, ...] = REMINDER_DAYS

    def stages(self) -> list[tuple[datetime, str]]:
        """(when, name) of each reminder, in order of time."""
        day = self.at.astimezone(PLACE).date()
        return sorted(
            (datetime.combine(day - timedelta(days=days), MORNING, PLACE), f"days-{days}") for days in set(self.days)
        )

    def due(self, now: datetime) -> str | None:
        """The reminder to send now: the latest whose time has come, if it is still timely."""
        begun = [(moment, name) for moment, name in self.stages() if moment <= now < self.at]
        if not begun or now - begun[-1][0] > STILL_TIMELY:
            return None
        return begun[-1][1]

    def next_after(self, now: datetime) -> datetime | None:
        """When the next reminder will be due; None if there is none any more."""
        return next((moment for moment, _ in self.stages() if now < moment < self.at), None)


def checked(at: datetime, days: Iterable[int], now: datetime) -> Deadline:
    """A deadline that can be set. Raises `Invalid`."""
    flaws: list[Flaw] = []
    chosen = tuple(days)
    if not now < at <= now + FURTHEST:
        flaws.append(Flaw("/deadline", "deadline_past", "Choose a time that is still to come, within two years."))
    if len(chosen) > MAX_REMINDERS:
        flaws.append(Flaw("/reminder_days", "too_many", f"Remind people at most {MAX_REMINDERS} times."))
    flaws += [
        Flaw(pointer("reminder_days", index), "integer_out_of_range", f"Choose whole days from 1 to {MAX_DAYS}.")
        for index, number in enumerate(chosen)
        if not 1 <= number <= MAX_DAYS
    ]
    if flaws:
        raise Invalid(flaws)
    return Deadline(at, tuple(sorted(set(chosen), reverse=True)))
