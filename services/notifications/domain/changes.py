"""Changes of a gathering, before and after; successive changes are merged into one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

Pair = tuple[str | None, str | None]
Times = tuple[datetime, datetime]


class MeetingChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """Change of one of several meetings: its times and place before (None: it is new) and now (None: it is called off)."""

    id: str
    before: tuple[datetime, datetime, str | None] | None = None
    now: tuple[datetime, datetime, str | None] | None = None


class Changes(msgspec.Struct, frozen=True, omit_defaults=True):
    """What changed, each as (before, now); None where nothing did. `way_in`: the access to the online meeting is announced for the first
    time, or is a new one."""

    when: tuple[Times, Times] | None = None
    where: Pair | None = None
    how: Pair | None = None
    way_in: Literal["first", "new"] | None = None
    meetings: tuple[MeetingChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.meetings) or any(value is not None for value in (self.when, self.where, self.how, self.way_in))

    def concern_group(self, status: str) -> bool:
        """Whether a group with this status has to be told: the access to the online meeting matters only to groups that have a seat."""
        return bool(self if status in ("confirmed", "arrived") else msgspec.structs.replace(self, way_in=None))


def merge_changes(earlier: Changes, later: Changes) -> Changes:
    """Two successive changes as one, for somebody who was not told of the first; what changed back is no change."""

    def from_first_to_last(name: str) -> Any:
        steps = [step for step in (getattr(earlier, name), getattr(later, name)) if step is not None]
        return (steps[0][0], steps[-1][1]) if steps and steps[0][0] != steps[-1][1] else None

    meetings: dict[str, MeetingChange] = {change.id: change for change in earlier.meetings}
    for change in later.meetings:
        before = meetings[change.id].before if change.id in meetings else change.before
        meetings[change.id] = MeetingChange(change.id, before, change.now)
    ways = {way for way in (earlier.way_in, later.way_in) if way}
    on_site = later.how is not None and later.how[1] == "onsite"
    return Changes(
        when=from_first_to_last("when"),
        where=from_first_to_last("where"),
        how=from_first_to_last("how"),
        meetings=tuple(change for change in meetings.values() if change.before != change.now),
        way_in=None if on_site or not ways else "first" if "first" in ways else "new",
    )
