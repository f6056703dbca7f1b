"""Quiet hours, in which a municipality sends no message that may wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.notifications.domain.german_time import BERLIN


@dataclass(frozen=True)
class QuietHours:
    """Quiet hours from one time of day until another, over midnight where `until` is the earlier one; in German time."""

    begin: time
    until: time

    def end(self, now: datetime) -> datetime | None:
        """When they are over, or None where they are not now."""
        local = now.astimezone(BERLIN)
        clock, overnight = local.time().replace(tzinfo=None), self.begin > self.until
        inside = clock >= self.begin or clock < self.until if overnight else self.begin <= clock < self.until
        if not inside:
            return None
        day = local.date() + timedelta(days=1 if overnight and clock >= self.begin else 0)
        end = datetime.combine(day, self.until, BERLIN).astimezone(now.tzinfo)
        if end <= now:  # clocks were put back, and that time of day comes a second time
            end = datetime.combine(day, self.until.replace(fold=1), BERLIN).astimezone(now.tzinfo)
        return end
