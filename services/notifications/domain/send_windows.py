"""When a municipality sends messages that may wait: on which days of the week, and outside which hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.notifications.domain.german_time import BERLIN
from services.notifications.domain.quiet_hours import QuietHours

EVERY_DAY = frozenset(range(1, 8))
MOST_STEPS = 40
"""More than two weeks of closed days and quiet hours: one of them holds an opening."""


@dataclass(frozen=True)
class SendWindow:
    """When one channel is open: on these days of the week (1: Monday), outside the quiet hours; in German time."""

    days: frozenset[int] = EVERY_DAY
    quiet: QuietHours | None = None

    def opens_at(self, now: datetime) -> datetime | None:
        """When it opens, or None where it is open now."""
        at = now
        for _ in range(MOST_STEPS):
            closed_until = self._closed_until(at)
            if closed_until is None:
                break
            at = closed_until
        return at if at > now else None

    def _closed_until(self, at: datetime) -> datetime | None:
        """A later moment until which it is certainly closed; None where it is open."""
        local = at.astimezone(BERLIN)
        if local.isoweekday() not in self.days:
            return datetime.combine(local.date() + timedelta(days=1), time(), BERLIN).astimezone(at.tzinfo)
        return self.quiet.end(at) if self.quiet else None
