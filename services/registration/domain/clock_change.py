"""The two nights a year in which the clocks change: an hour that does not exist, and one that exists twice."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from services.registration.domain.refused import Refused

ZONE = ZoneInfo("Europe/Berlin")
NO_SUCH_HOUR = "On %(day)s the clocks are put forward, and %(time)s does not exist. Please choose another time."


class HourDoesNotExist(Refused):
    """The clocks skip this time of day on this day."""

    def __init__(self, wall: datetime) -> None:
        super().__init__("no-such-hour", NO_SUCH_HOUR, day=f"{wall:%d.%m.%Y}", time=f"{wall:%H:%M}")


def on_the_clock(wall: datetime, second: bool = False) -> datetime:
    """The moment at which clocks in Germany show this. `second`: of a time that the day has twice, the one in winter time.

    Raises:
        HourDoesNotExist: they never show it.
    """
    moment = wall.replace(tzinfo=ZONE, fold=int(second))
    if moment.astimezone(UTC).astimezone(ZONE).replace(tzinfo=None, fold=0) != wall.replace(fold=0):
        raise HourDoesNotExist(wall)
    return moment


def is_twice(wall: datetime) -> bool:
    """Whether clocks show this two times on that day."""
    first, second = (wall.replace(tzinfo=ZONE, fold=fold) for fold in (0, 1))
    return first.utcoffset() > second.utcoffset()  # type: ignore[operator]  # a zone always has an offset
