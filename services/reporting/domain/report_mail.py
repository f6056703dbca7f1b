"""When the mail with the link to the report goes out: on the first morning of a month or quarter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

Every = Literal["month", "quarter", "never"]
HOUR = 7


def next_mail(every: Every, now: datetime) -> datetime | None:
    """The next one after `now`, both in Germany's time; None for never."""
    if every == "never":
        return None
    step = 1 if every == "month" else 3
    first = now.replace(day=1, hour=HOUR, minute=0, second=0, microsecond=0)
    while first <= now or (first.month - 1) % step:
        first = (first + timedelta(days=32)).replace(day=1, hour=HOUR)
    return first
