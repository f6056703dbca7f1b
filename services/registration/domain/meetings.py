"""Meetings of a gathering that has several: a course whose evenings share seats. Whoever signs up has a seat at all of them.

`meetings` of the facts lists all of them in order; it is empty where there is one, which then is the gathering itself. The gathering
begins with the first that takes place and ends with the last. One that was called off stays in the list, so that it leaves people's
calendars.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.registration.domain.refused import Mistake

MOST_MEETINGS = 60
DOOR_AFTER = timedelta(hours=1)
"""How long after its end a meeting is still the one at whose door people are checked in."""
Facts = Mapping[str, Any]

ONE_IS_NONE = "Enter at least two meetings, or none: a gathering with one meeting has its own beginning and end."
NONE_LEFT = "At least one meeting has to take place. If none does, call off the whole gathering."
STAYS_SO = (
    "Whether a gathering has several meetings is settled when it is published: people's calendars hold them one by one."
)
NOT_TAKEN_OUT = "A meeting that people know of can't be taken out. Call it off, so that it leaves their calendars."
OWN_ID = "Each meeting needs an id of its own."
BEGUN = "This meeting has begun already and can't be changed any more."
IN_ORDER = "Enter the meetings in the order of time: this one begins before the one above it."
OVERLAPS = "This meeting begins before the one above it has ended. Please choose another time."


@dataclass(frozen=True, slots=True)
class Meeting:
    """One of several meetings of a gathering; `cancelled`: it was called off."""

    id: str
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False


def meetings_in(facts: Facts) -> tuple[Meeting, ...]:
    return tuple(
        Meeting(meeting["id"], meeting["starts_at"], meeting["ends_at"], meeting.get("cancelled", False))
        for meeting in facts.get("meetings") or ()
    )


def taking_place(meetings: Iterable[Facts]) -> list[Facts]:
    return [one for one in meetings if not one.get("cancelled")]


def span(meetings: Sequence[Facts]) -> dict[str, datetime]:
    """When a gathering with these meetings begins and ends; nothing where none takes place."""
    remaining = taking_place(meetings)
    return {"starts_at": remaining[0]["starts_at"], "ends_at": remaining[-1]["ends_at"]} if remaining else {}


def at_the_door(meetings: Sequence[Meeting], now: datetime) -> Meeting | None:
    """The meeting that people come to now: the first that has not been over for an hour; after all of them the last. None where the
    gathering has no list of meetings."""
    possible = [one for one in meetings if not one.cancelled]
    return next((one for one in possible if now < one.ends_at + DOOR_AFTER), possible[-1] if possible else None)


def meeting_mistakes(facts: Facts) -> list[Mistake]:
    """All that is wrong with the meetings of a gathering."""
    meetings: Sequence[Facts] = facts.get("meetings") or ()
    if not meetings:
        return []
    if len(meetings) == 1:
        return [("/meetings", ONE_IS_NONE, {})]
    wrong: list[Mistake] = []
    ids: set[str] = set()
    before: Facts | None = None
    held_until: datetime | None = None
    for index, meeting in enumerate(meetings):
        place = f"/meetings/{index}"
        if meeting["id"] in ids:
            wrong.append((f"{place}/id", OWN_ID, {}))
        ids.add(meeting["id"])
        if meeting["ends_at"] <= meeting["starts_at"]:
            wrong.append((f"{place}/ends_at", "The end must be after the start.", {}))
        if before is not None and meeting["starts_at"] < before["starts_at"]:
            wrong.append((f"{place}/starts_at", IN_ORDER, {}))
        elif not meeting.get("cancelled") and held_until is not None and meeting["starts_at"] < held_until:
            wrong.append((f"{place}/starts_at", OVERLAPS, {}))
        before = meeting
        if not meeting.get("cancelled"):
            held_until = meeting["ends_at"]
    first_to_last = span(meetings)
    if not first_to_last:
        return [*wrong, ("/meetings", NONE_LEFT, {})]
    if facts["starts_at"] != first_to_last["starts_at"]:
        wrong.append(("/starts_at", "It has to begin with its first meeting that takes place.", {}))
    if facts["ends_at"] != first_to_last["ends_at"]:
        wrong.append(("/ends_at", "It has to end with its last meeting that takes place.", {}))
    return wrong


def change_mistakes(before: Facts, after: Facts, published: bool, now: datetime) -> list[Mistake]:
    """What is wrong with changing meetings: what has begun stays as it was, and what people know of is called off, not taken out."""
    meetings_before = {meeting["id"]: meeting for meeting in before.get("meetings") or ()}
    meetings_after: Sequence[Facts] = after.get("meetings") or ()
    if not published:
        return []
    if bool(meetings_before) != bool(meetings_after):
        return [("/meetings", STAYS_SO, {})]
    wrong: list[Mistake] = []
    if not meetings_before.keys() <= {meeting["id"] for meeting in meetings_after}:
        wrong.append(("/meetings", NOT_TAKEN_OUT, {}))
    for index, meeting in enumerate(meetings_after):
        meeting_before = meetings_before.get(meeting["id"])
        if meeting_before == meeting:
            continue
        if meeting_before is not None and meeting_before["starts_at"] <= now:
            wrong.append((f"/meetings/{index}/starts_at", BEGUN, {}))
        elif meeting["starts_at"] <= now:
            wrong.append((f"/meetings/{index}/starts_at", "The start must be in the future.", {}))
    return wrong
