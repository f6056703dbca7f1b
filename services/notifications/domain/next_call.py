"""Decides when to call somebody again who was not reached."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from services.notifications.domain.german_time import BERLIN

EVENING, MORNING = time(18), time(9, 30)
SOON = timedelta(hours=2)


def next_call_time(choice: str, now: datetime) -> datetime | None:
    """When to call again, in German time. `hours`: in two hours; `evening`: at six, today or tomorrow; `morning`: tomorrow at half past nine;
    anything else: at any time (None)."""
    local = now.astimezone(BERLIN)
    tomorrow = local.date() + timedelta(days=1)
    if choice == "hours":
        return now + SOON
    if choice == "evening":
        day = local.date() if local.time() < EVENING else tomorrow
        return datetime.combine(day, EVENING, BERLIN).astimezone(now.tzinfo)
    if choice == "morning":
        return datetime.combine(tomorrow, MORNING, BERLIN).astimezone(now.tzinfo)
    return None
