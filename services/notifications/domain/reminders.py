"""Decides when reminders are due: before a gathering, for an offer that nobody answered, never for what is past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from services.notifications.domain.german_time import BERLIN

DEFAULT_DAYS = (7, 1)
MORNING = time(9)
"""When reminders of days before go out."""
THANKS_AFTER = timedelta(hours=2)
SHORTEST_OFFER = timedelta(hours=2)
"""An offer that lasts less is not reminded of: the answer would come with the reminder."""


def reminder_at(starts_at: datetime, days_before: int) -> datetime:
    """At nine in the morning of that day in Germany, or at the hour of the gathering where it begins earlier."""
    local = starts_at.astimezone(BERLIN)
    clock = min(MORNING, local.time().replace(tzinfo=None))
    return datetime.combine(local.date() - timedelta(days=days_before), clock, BERLIN).astimezone(starts_at.tzinfo)


def reminder_schedule(
    starts_at: datetime, own: Iterable[int] | None, municipality: Iterable[int] | None
) -> list[tuple[int, datetime]]:
    """(days before, due time) of each reminder, the first one first. `own`: of the gathering; None: as the municipality does."""
    days = own if own is not None else DEFAULT_DAYS if municipality is None else municipality
    return [(days_before, reminder_at(starts_at, days_before)) for days_before in sorted(set(days), reverse=True)]


def registered_too_late(registered_at: datetime | None, due: datetime) -> bool:
    """Whether a reminder's time had passed before somebody registered: they know of it anyway."""
    return registered_at is not None and registered_at >= due


def half_of_offer(offered_at: datetime, expires_at: datetime) -> datetime | None:
    """When half of the time to answer an offer is over; None where it is too short to be reminded of."""
    lasts = expires_at - offered_at
    return offered_at + lasts / 2 if lasts >= SHORTEST_OFFER else None
