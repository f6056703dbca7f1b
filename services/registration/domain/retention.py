"""Decides when personal data has to go: the rule of storage limitation (Article 5 (1) (e) GDPR), as each municipality sets it.

Who cancelled, let an offer lapse or never confirmed: some hours after that. Everybody: some days after the gathering's end. Answers
of a special kind (Article 9 GDPR) go first: when the gathering is over, and when a place has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_LOOK = timedelta(hours=1)
"""How long after somebody's place ended the rule is first asked; the least that a rule can set."""


@dataclass(frozen=True, slots=True)
class Due:
    """Who has to be erased now: everybody, or those whose place ended long enough ago. `look_again` None: never."""

    everybody: bool
    ended: tuple[str, ...]
    look_again: datetime | None


def due(ends_at: datetime, ended: Mapping[str, datetime], hours: float, days: float, now: datetime) -> Due:
    """Apply the retention rule. `ended`: when the place of each registration ended that is still remembered; `hours`, `days`: the rule."""
    everybody_from = ends_at + timedelta(days=days)
    if everybody_from <= now:
        return Due(True, (), None)
    keep = timedelta(hours=hours)
    over = tuple(sorted(id for id, moment in ended.items() if moment + keep <= now))
    later = [moment + keep for id, moment in ended.items() if moment + keep > now]
    if ends_at > now:
        later.append(ends_at)
    return Due(False, over, min([everybody_from, *later]))


def first_look(looks_at: datetime | None, ends_at: datetime, someone_ended: bool, now: datetime) -> datetime:
    """When a gathering is to be looked at, given when it would be anyway (`looks_at`), its end, and whether a place ended now."""
    soonest = [looks_at or ends_at, ends_at]
    if someone_ended:
        soonest.append(now + FIRST_LOOK)
    return min(soonest)
