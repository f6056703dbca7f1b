"""The time of the latest event behind a figure: every figure carries it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chassis.clock import rfc3339


def as_of(moments: Iterable[datetime | None]) -> str | None:
    """The latest of the moments; None where there was no event."""
    known_moments = [moment for moment in moments if moment is not None]
    return rfc3339(max(known_moments)) if known_moments else None
