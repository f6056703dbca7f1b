"""Calendar files (RFC 5545, RFC 5546, RFC 7986). A change or a cancellation reaches people's calendars because the entry keeps its UID
and its SEQUENCE rises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=1)
"""How often a program that subscribes to a feed should look again."""
LONGEST_LINE = 75
"""Octets of a line without its end."""
Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a calendar. `id` names it for good; `sequence` rises with each change, the last of which was at `changed_at`."""

    id: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    cancelled: bool = False
    changed_at: datetime | None = None


def calendar(
    entries: Iterable[Entry],
    now: datetime,
    method: Method = "PUBLISH",
    *,
    name: str = "",
    organizer: str = "",
    attendee: str = "",
) -> bytes:
    """A calendar file. REQUEST and CANCEL (to one person) need the addresses of `organizer` and `attendee`; who gets one
    takes part already and need not answer. `name` makes it a feed."""
    from icalendar import Calendar, vCalAddress, vDuration

    file = Calendar()
    file.add("prodid", "-//Weltoffene Kommune//DE")
    file.add("version", "2.0")
    file.add("method", method)
    if name:
        file.add("name", name)
        file.add("x-wr-calname", name)
        file.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        file.add("x-published-ttl", vDuration(REFRESH), encode=False)
    for entry in entries:
        event = _event(entry, now, cancelled=entry.cancelled or method == "CANCEL")
        if organizer:
            event.add("organizer", vCalAddress(f"mailto:{organizer}"))
        if attendee:
            address = vCalAddress(f"mailto:{attendee}")
            address.params["PARTSTAT"] = "ACCEPTED"
            address.params["RSVP"] = "FALSE"
            event.add("attendee", address, encode=False)
        file.add_component(event)
    content: bytes = file.to_ical()
    return content


def calendar_for(entry: Entry, now: datetime, method: Method, organizer: str, attendee: str) -> bytes:
    """Address a calendar to somebody: `calendar` of one entry for one person; what many people get at the same time is made
    once."""
    attendee_line = f"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{attendee}".encode()
    if len(attendee_line) > LONGEST_LINE:
        attendee_line = _folded_attendee_line(attendee)
    whole, end = _calendar_without_attendee(entry, now, method, organizer), b"END:VEVENT"
    return whole.replace(end, attendee_line + b"\r\n" + end, 1)


def _folded_attendee_line(attendee: str) -> bytes:
    from icalendar import vCalAddress
    from icalendar.parser import Contentline, Parameters

    parameters = Parameters(PARTSTAT="ACCEPTED", RSVP="FALSE")
    line = Contentline.from_parts("ATTENDEE", parameters, vCalAddress(f"mailto:{attendee}"))
    folded: bytes = line.to_ical()
    return folded


@lru_cache(maxsize=256)
def _calendar_without_attendee(entry: Entry, now: datetime, method: Method, organizer: str) -> bytes:
    return calendar([entry], now, method, organizer=organizer)


def _event(entry: Entry, now: datetime, cancelled: bool) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{entry.id}@weltoffene-kommune")
    event.add("dtstamp", now)
    event.add("sequence", entry.sequence)
    if entry.changed_at:
        event.add("last-modified", entry.changed_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.summary)
    for name in ("location", "description", "url"):
        if getattr(entry, name):
            event.add(name, getattr(entry, name))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return event
