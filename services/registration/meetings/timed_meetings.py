"""Meetings of a gathering as it is shown, with their times as times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.registration.domain.meetings import at_the_door, meetings_in


def timed(gathering: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All meetings in order; empty where there is one. `place` is that of the gathering where the meeting has none of its own."""
    return [
        {
            **one,
            "starts_at": datetime.fromisoformat(one["starts_at"]),
            "ends_at": datetime.fromisoformat(one["ends_at"]),
            "place": one["place"] or gathering["place"],
        }
        for one in gathering["meetings"]
    ]


def here_now(meetings: Sequence[dict[str, Any]], now: datetime, wanted: str = "") -> dict[str, Any] | None:
    """Of several meetings (`timed`) the one that is wanted, else the one at whose door people stand now."""
    at = at_the_door(meetings_in({"meetings": meetings}), now)
    id = wanted or (at.id if at else "")
    return next((one for one in meetings if one["id"] == id), None)
