"""Makes the calendar entry of a message."""

from __future__ import annotations

from dataclasses import replace

from chassis.text.calendars import Entry
from chassis.text.languages import pick
from contracts.calendar_entries import meeting_entry
from services.notifications.domain.messages import About, Content
from services.notifications.domain.messages.participants import HAVE_SEATS
from services.notifications.mail.compose import Invitation
from services.notifications.wording.links import in_language
from services.notifications.wording.rendering import one_line


def invitation_of(content: Content, about: About, language: str, public_url: str) -> Invitation | None:
    """The calendar entry to add, change or remove; None where the recipient has none and gets none."""
    gathering, group = about.gathering, about.group
    if gathering is None or content.calendar is None:
        return None
    has_seat = group is None or group.status in HAVE_SEATS
    if content.calendar == "enter" and not has_seat:
        return None
    if content.calendar == "remove" and group is not None and not group.entry:
        return None
    entry = Entry(
        gathering.id,
        gathering.revision,
        gathering.starts_at,
        gathering.ends_at,
        one_line(pick(gathering.title, language)[0]),
        gathering.place or "Online",
        pick(gathering.description, language)[0] if gathering.description else "",
        in_language(f"{public_url}/registration/{about.tenant}/gatherings/{gathering.id}", language),
        changed_at=gathering.changed_at,
    )
    if not gathering.meetings:
        return Invitation("REQUEST" if content.calendar == "enter" else "CANCEL", (entry,))
    entries = (
        replace(
            entry,
            id=meeting_entry(gathering.id, one.id),
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            location=one.place or entry.location,
            cancelled=one.cancelled or content.calendar == "remove",
        )
        for one in gathering.meetings
    )
    return Invitation("PUBLISH", tuple(entries))
