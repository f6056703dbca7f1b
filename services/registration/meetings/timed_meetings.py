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
            **meeting,
            "starts_at": datetime.fromisoformat(meeting["starts_at"]),
            "ends_at": datetime.fromisoformat(meeting["ends_at"]),
            "place": meeting["place"] or gathering["place"],
        }
        for meeting in gathering["meetings"]
    ]


def here_now(meetings: Sequence[dict[str, Any]], now: datetime, asked_id: str = "") -> dict[str, Any] | None:
    """Of several meetings (`timed`) the one with the id that was asked for, else the one at whose door people stand now."""
    current = at_the_door(meetings_in({"meetings": meetings}), now)
    meeting_id = asked_id or (current.id if current else "")
    return next((one for one in meetings if one["id"] == meeting_id), None)
