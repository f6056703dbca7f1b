"""Which district a municipality belongs to, over time: what is true on a day, and what was thought to be true before a correction.

An entry is `{district, valid_from, valid_until, recorded_at, replaced_at}`: days as ISO dates, `valid_until` None while it is open
and otherwise the first day that does not belong to it any more; `replaced_at` None while the entry counts. Entries are never
removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.registration.domain.refused import Refused

Entry = dict[str, Any]
FOR_EVER = "9999-12-31"


def counting(history: Iterable[Mapping[str, Any]], known_at: datetime | None = None) -> list[Entry]:
    """The entries that count, or that counted at an earlier moment."""
    if known_at is None:
        return [dict(one) for one in history if one["replaced_at"] is None]
    return [
        dict(one)
        for one in history
        if one["recorded_at"] <= known_at and (one["replaced_at"] is None or one["replaced_at"] > known_at)
    ]


def covers(entry: Mapping[str, Any], day: str) -> bool:
    """Whether the membership is in force on that day."""
    return bool(entry["valid_from"] <= day < (entry["valid_until"] or FOR_EVER))


def belongs(
    history: Sequence[Mapping[str, Any]], district: str, valid_from: str, valid_until: str | None, now: datetime
) -> list[Entry]:
    """The history after saying that it belongs to the district in that time. What is said of the same district and overlaps is
    corrected by it; another time beside it stays.

    Raises:
        Refused: it belongs to another district in that time.
    """
    said: Entry = {
        "district": district,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "recorded_at": now,
        "replaced_at": None,
    }
    changed: list[Entry] = []
    for entry in history:
        if entry["replaced_at"] is None and _overlap(entry, said):
            if entry["district"] != district:
                raise Refused("other-district", "It belongs to %(district)s in that time.", district=entry["district"])
            if (entry["valid_from"], entry["valid_until"]) == (valid_from, valid_until):
                return [dict(one) for one in history]
            changed.append({**entry, "replaced_at": now})
        else:
            changed.append(dict(entry))
    return [*changed, said]


def withdrawn(history: Sequence[Mapping[str, Any]], district: str, valid_from: str, now: datetime) -> list[Entry]:
    """The history after taking back an entry that was a mistake.

    Raises:
        Refused: there is none.
    """
    changed = [
        {**one, "replaced_at": now}
        if one["replaced_at"] is None and (one["district"], one["valid_from"]) == (district, valid_from)
        else dict(one)
        for one in history
    ]
    if changed == [dict(one) for one in history]:
        raise Refused("no-membership", "There is no membership in this district that begins on that day.")
    return changed


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(
        one["valid_from"] < (other["valid_until"] or FOR_EVER)
        and other["valid_from"] < (one["valid_until"] or FOR_EVER)
    )
