"""Event handlers of gatherings: they store facts, and announce changes to everybody who takes part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from chassis.messaging.projection import Handler, InsertIfAbsent, Upsert, Write
from contracts import registration as r
from contracts.envelope import Envelope
from services.notifications.domain.changes import Changes, MeetingChange

MeetingTimes = tuple[datetime, datetime, str | None] | None
"""Times and place of a meeting; None: it does not take place."""


def changes_of(event: r.GatheringChanged) -> Changes:
    """The changes that matter to those who take part; empty where none does."""
    now, before = event.gathering, event.before or event.gathering
    changed = r.WORTH_TELLING.intersection(event.changed)
    way_in = now.has_join_url and now.mode != "onsite" and changed & {"mode", "join_url"}
    first = before.mode == "onsite" or not before.has_join_url
    return Changes(
        when=((before.starts_at, before.ends_at), (now.starts_at, now.ends_at))
        if changed & {"starts_at", "ends_at"} and not now.meetings
        else None,
        where=(before.place, now.place) if "place" in changed else None,
        how=(before.mode, now.mode) if "mode" in changed else None,
        way_in=("first" if first else "new") if way_in else None,
        meetings=_changed_meetings(before, now) if "meetings" in changed else (),
    )


def _changed_meetings(before: r.Gathering, now: r.Gathering) -> tuple[MeetingChange, ...]:
    def times_by_id(gathering: r.Gathering) -> dict[str, MeetingTimes]:
        return {
            meeting.id: None if meeting.cancelled else (meeting.starts_at, meeting.ends_at, meeting.place)
            for meeting in gathering.meetings or ()
        }

    earlier, current = times_by_id(before), times_by_id(now)
    changes = (MeetingChange(id, earlier.get(id), current.get(id)) for id in {**earlier, **current})
    return tuple(change for change in changes if change.before != change.now)


def _gathering(envelope: Envelope, event: r.GatheringPublished | r.GatheringChanged) -> Iterable[Write]:
    gathering = event.gathering
    fields = {
        "title": gathering.title,
        "description": gathering.description,
        "starts_at": gathering.starts_at,
        "ends_at": gathering.ends_at,
        "place": gathering.place,
        "meetings": [meeting.model_dump() for meeting in gathering.meetings or ()],
        "mode": gathering.mode,
        "revision": event.revision,
        "changed_at": envelope.occurred_at,
        "cancelled": False,
        "allocation": gathering.allocation,
        "support": [{"id": offer.id, "label": offer.label} for offer in gathering.support],
        "reminders": None
        if gathering.reminders is None
        else [reminder.days_before for reminder in gathering.reminders],
        "thanks": gathering.thanks or {},
        "withdrawn": [{"id": offer.id, "label": offer.label} for offer in gathering.withdrawn],
    }
    yield Upsert("gatherings", gathering.gathering_id, fields)
    yield Upsert("reminder_plans", gathering.gathering_id, {"due_at": envelope.occurred_at})
    if isinstance(event, r.GatheringChanged) and (changes := changes_of(event)):
        content = msgspec.to_builtins(changes, builtin_types=(datetime,))
        yield _fan_out(envelope, "gathering-changed", gathering.gathering_id, changes=content)


def _fan_out(envelope: Envelope, kind: str, gathering: str, **content: Any) -> Write:
    """Write that announces news to everybody who takes part (`services.notifications.gatherings.fan_out`)."""
    fields = {"kind": kind, "gathering": gathering, "at": envelope.occurred_at, "told": content}
    return InsertIfAbsent("announcements", f"a-{envelope.id}", fields)


def _cancelled(envelope: Envelope, event: r.GatheringCancelled) -> Iterable[Write]:
    yield Upsert(
        "gatherings",
        event.gathering_id,
        {"cancelled": True, "revision": event.revision, "changed_at": envelope.occurred_at},
    )
    yield _fan_out(envelope, "gathering-cancelled", event.gathering_id, reason=event.reason)


def _drawn(envelope: Envelope, event: r.GatheringDrawn) -> Iterable[Write]:
    yield Upsert("gatherings", event.gathering_id, {"drawn": True})


HANDLERS: dict[str, Handler] = {
    r.GatheringPublished.event_type: _gathering,
    r.GatheringChanged.event_type: _gathering,
    r.GatheringCancelled.event_type: _cancelled,
    r.GatheringDrawn.event_type: _drawn,
}
