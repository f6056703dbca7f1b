"""Gatherings as calendar files: one to keep, or all of a municipality to subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from chassis.text.calendars import MEDIA_TYPE, Entry, calendar
from chassis.text.languages import pick
from contracts.calendar_entries import meeting_entry
from services.registration.meetings.timed_meetings import timed

__all__ = ["MEDIA_TYPE", "feed", "single"]

MOST_ENTRIES = 1000
"""Of a feed, those first that end first: a program reads all of it every hour."""


def feed(gatherings: Iterable[dict[str, Any]], name: str, language: str, public_url: str, now: datetime) -> bytes:
    """Build a calendar of gatherings, as `Gatherings.list_for_calendar` gives them; cancelled ones leave people's calendars through it."""
    entries = (entry for one in gatherings for entry in _entries(one, language, public_url))
    return calendar(islice(entries, MOST_ENTRIES), now, name=name)


def single(gathering: dict[str, Any], language: str, public_url: str, now: datetime) -> bytes:
    """Build the calendar file of one gathering, as `Gatherings.get_for_participants` gives it; each of several meetings is an entry of its own."""
    method = "CANCEL" if gathering["status"] == "cancelled" else "PUBLISH"
    return calendar(_entries(gathering, language, public_url), now, method)  # type: ignore[arg-type]


def _entries(gathering: dict[str, Any], language: str, public_url: str) -> list[Entry]:
    whole = _entry(gathering, language, public_url)
    return [
        replace(
            whole,
            id=meeting_entry(whole.id, meeting["id"]),
            starts_at=meeting["starts_at"],
            ends_at=meeting["ends_at"],
            location=meeting["place"] or whole.location,
            cancelled=whole.cancelled or meeting["cancelled"],
        )
        for meeting in timed(gathering)
    ] or [whole]


def _entry(gathering: dict[str, Any], language: str, public_url: str) -> Entry:
    """Build one calendar entry. The join address is never in it: a calendar is often shared."""
    return Entry(
        gathering["id"],
        gathering["revision"],
        datetime.fromisoformat(gathering["starts_at"]),
        datetime.fromisoformat(gathering["ends_at"]),
        pick(gathering["title"], language)[0],
        gathering.get("place") or "Online",
        pick(gathering["description"], language)[0],
        f"{public_url}/registration/{gathering['tenant']}/gatherings/{gathering['id']}",
        gathering["status"] == "cancelled",
        gathering["changed_at"],
    )
