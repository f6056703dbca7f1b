"""Seats kept for groups that the coordinator wants to reach: quotas over the same room.

Seats have no numbers. A quota keeps as many as are left of it when those who declared it and have seats are taken off; whoever
declared it gets kept seats first and general ones then, everybody else general ones alone. When its time has come, or the coordinator
ends it, its seats become general and what people declared is forgotten: it served to give out seats and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.registration.domain.refused import ADD_DEFAULT, Mistake

MOST_QUOTAS = 10
MOST_FORMER = 50
"""Quotas of one gathering over time: the ids of those that ended are remembered, so that none is given a second meaning."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Seats that are kept for a group of people: `seats` are kept `until` then, at most until the start."""

    id: str
    seats: int
    until: datetime | None = None

    def ends(self, starts_at: datetime | None) -> datetime | None:
        """When its seats become general."""
        return min((at for at in (self.until, starts_at) if at is not None), default=None)


def quota_mistakes(facts: Mapping[str, Any], default_language: str, released: Collection[str] = ()) -> list[Mistake]:
    """All that is wrong with the quotas of a gathering. `released`: those that ended keep no seats any more."""
    wrong: list[Mistake] = []
    quotas, capacity = facts.get("quotas") or (), facts["capacity"]
    ids = [quota["id"] for quota in quotas]
    for index, quota in enumerate(quotas):
        place = f"/quotas/{index}"
        if quota["id"] in ids[:index]:
            wrong.append((f"{place}/id", "Each group that seats are kept for needs an id of its own.", {}))
        if default_language not in quota["label"]:
            wrong.append((f"{place}/label", ADD_DEFAULT, {"language": default_language}))
        if quota["seats"] > capacity and quota["id"] not in released:
            wrong.append((f"{place}/seats", "There are only %(capacity)s seats.", {"capacity": capacity}))
        if quota.get("until") and quota["until"] > facts["starts_at"]:
            wrong.append((f"{place}/until", "The deadline must be before the gathering starts.", {}))
    seats_kept = sum(quota["seats"] for quota in quotas if quota["id"] not in released)
    if seats_kept > capacity and not any(place.endswith("/seats") for place, _, _ in wrong):
        words = "%(kept)s seats would be kept, but there are only %(capacity)s. Keep fewer, or release some."
        wrong.append(("/quotas", words, {"kept": seats_kept, "capacity": capacity}))
    return wrong


def reuse_mistakes(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], released: Collection[str]
) -> list[Mistake]:
    """Quotas that ended and would keep seats again under the same id; more quotas than can be remembered."""
    quotas_before = {quota["id"]: (quota["seats"], quota.get("until")) for quota in before}
    words = "These seats were released. Keep seats again under a new id."
    wrong: list[Mistake] = [
        (f"/quotas/{index}/id", words, {})
        for index, quota in enumerate(after)
        if quota["id"] in released and quotas_before.get(quota["id"]) != (quota["seats"], quota.get("until"))
    ]
    if len({*released, *(quota["id"] for quota in after)}) > MOST_FORMER:
        words = "Seats were kept for %(most)s groups at this gathering; for more than that, make a new one."
        wrong.append(("/quotas", words, {"most": MOST_FORMER}))
    return wrong
