"""Keeps which district a municipality belongs to, over time: what is true on a day, and what was thought to be true before a correction.

Entries are never removed: one that was corrected says since when it does not count any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.registration.domain.refused import Refused

FOR_EVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the history of a membership: days as ISO dates, `valid_until` None while it is open and otherwise the first day that does
    not belong to it any more; `replaced_at` None while the entry counts."""

    district: str
    valid_from: str
    valid_until: str | None
    recorded_at: datetime
    replaced_at: datetime | None = None


def counting(history: Iterable[Entry], known_at: datetime | None = None) -> list[Entry]:
    """The entries that are in force, or that were at an earlier moment."""
    if known_at is None:
        return [entry for entry in history if entry.replaced_at is None]
    return [
        entry
        for entry in history
        if entry.recorded_at <= known_at and (entry.replaced_at is None or entry.replaced_at > known_at)
    ]


def covers(entry: Entry, day: str) -> bool:
    """Whether the membership is in force on that day."""
    return entry.valid_from <= day < (entry.valid_until or FOR_EVER)


def belongs(
    history: Sequence[Entry], district: str, valid_from: str, valid_until: str | None, now: datetime
) -> list[Entry]:
    """The history after saying that it belongs to the district in that time. What is said of the same district and overlaps is
    corrected by it; another time beside it stays.

    Raises:
        Refused: it belongs to another district in that time.
    """
    new_entry = Entry(district, valid_from, valid_until, now)
    changed: list[Entry] = []
    for entry in history:
        if entry.replaced_at is None and _overlap(entry, new_entry):
            if entry.district != district:
                raise Refused("other-district", "It belongs to %(district)s in that time.", district=entry.district)
            if (entry.valid_from, entry.valid_until) == (valid_from, valid_until):
                return list(history)
            changed.append(replace(entry, replaced_at=now))
        else:
            changed.append(entry)
    return [*changed, new_entry]


def withdrawn(history: Sequence[Entry], district: str, valid_from: str, now: datetime) -> list[Entry]:
    """The history after taking back an entry that was a mistake.

    Raises:
        Refused: there is none.
    """
    changed = [
        replace(entry, replaced_at=now)
        if entry.replaced_at is None and (entry.district, entry.valid_from) == (district, valid_from)
        else entry
        for entry in history
    ]
    if changed == list(history):
        raise Refused("no-membership", "There is no membership in this district that begins on that day.")
    return changed


def _overlap(one: Entry, other: Entry) -> bool:
    return one.valid_from < (other.valid_until or FOR_EVER) and other.valid_from < (one.valid_until or FOR_EVER)
