"""Drafts of gatherings, as the API takes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any


def gathering_draft(days: int = 6, **changes: Any) -> dict[str, Any]:
    """A dialogue of two hours in the town hall, so many days from now."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
    return {
        "title": {"de": "Dialog"},
        "description": {"de": "Wir reden."},
        "kind": "dialogue",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=2)).isoformat(),
        "mode": "onsite",
        "place": "Rathaus",
        "capacity": 20,
    } | changes
