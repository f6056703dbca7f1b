"""What a gathering's seats are given out by, as its coordinator set it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.registration.domain.support import Offer

CALL_WITHIN = timedelta(days=4)
"""Over a weekend with a holiday somebody is at the desk to call."""


def call_by(now: datetime, starts_at: datetime, least: timedelta) -> datetime:
    """Until when whoever signed up on the web with a telephone number alone has to be reached: half of the time that is left, at
    most four days, so that others can still take seats that become free. To the minute, for people."""
    span = max(least, min(CALL_WITHIN, (starts_at - now) / 2))
    return (now + span).replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Reconfirm:
    """Confirmed groups are asked once more so long `before` the start, and have so long to `answer`."""

    before: timedelta
    answer: timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """`offer`: how long seats that became free are held for the group they are offered to.

    `starts_at`: no offer runs beyond it, and from then on nothing moves any more.
    """

    capacity: int
    offer: timedelta
    starts_at: datetime | None = None
    support: tuple[Offer, ...] = ()
    reconfirm: Reconfirm | None = None

    @property
    def ask_at(self) -> datetime | None:
        """When confirmed groups are asked once more."""
        if self.reconfirm is None or self.starts_at is None:
            return None
        return self.starts_at - self.reconfirm.before

    def begun(self, now: datetime) -> bool:
        return self.starts_at is not None and now >= self.starts_at

    def until(self, now: datetime, span: timedelta) -> datetime:
        """A deadline from now, before the start."""
        return now + span if self.starts_at is None else min(now + span, self.starts_at)
