"""Calendar files (RFC 5545): what a gathering looks like in people's calendars. Changes and cancellations reach them by UID and
SEQUENCE."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from icalendar import Calendar, Event

from chassis.languages import pick

MEDIA_TYPE = "text/calendar; charset=utf-8"


def calendar(gatherings: Iterable[dict[str, Any]], language: str, public_url: str, now: datetime) -> bytes:
    """A calendar of gatherings as `Gatherings.known` gives them. The join address is never in it: a calendar is often shared."""
    made = Calendar()
    made.add("prodid", "-//Weltoffene Kommune//DE")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for gathering in gatherings:
        made.add_component(_event(gathering, language, public_url, now))
    content: bytes = made.to_ical()
    return content


def _event(gathering: dict[str, Any], language: str, public_url: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{gathering['id']}@weltoffene-kommune")
    event.add("dtstamp", now)
    event.add("sequence", gathering.get("revision", 0))
    event.add("dtstart", datetime.fromisoformat(gathering["starts_at"]))
    event.add("dtend", datetime.fromisoformat(gathering["ends_at"]))
    event.add("summary", pick(gathering["title"], language)[0])
    event.add("description", pick(gathering["description"], language)[0])
    event.add("location", gathering.get("place") or "Online")
    event.add("url", f"{public_url}/registration/{gathering['tenant']}/gatherings/{gathering['id']}")
    event.add("status", "CANCELLED" if gathering["status"] == "cancelled" else "CONFIRMED")
    return event
