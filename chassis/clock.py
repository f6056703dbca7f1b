"""The one source of time, so that tests can move it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time, timezone-aware, UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock, cut to milliseconds because that is what MongoDB stores."""

    def now(self) -> datetime:
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class ShiftedClock(SystemClock):
    """The machine's clock plus the seconds written in a file, read again at each call: fault tests let it jump."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        text = self._file.read_text().strip() if self._file.exists() else ""
        return super().now() + timedelta(seconds=float(text or 0))


def rfc3339(moment: datetime) -> str:
    """A moment as RFC 3339 writes it in UTC: `2026-11-30T16:30:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
