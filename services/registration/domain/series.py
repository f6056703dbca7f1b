"""A gathering that takes place again: when, and how its other times move with it. The clock on the wall counts, so that a
meeting at 17:30 stays at 17:30 when summer time ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from dateutil.relativedelta import weekday
from dateutil.rrule import MONTHLY, WEEKLY, rrule

from services.registration.domain.clock_change import ZONE, is_twice, on_the_clock
from services.registration.domain.invitations import without_ended_quotas
from services.registration.domain.meetings import span, taking_place

MOST = 60
"""Gatherings a series can be made with at once."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Every `interval` weeks, or every `interval` months on the same weekday (the second Tuesday, the last Friday).

    `count` gatherings including the first, or all until the day `until`; one of both is given.
    """

    frequency: Literal["weekly", "monthly"]
    interval: int = 1
    count: int | None = None
    until: date | None = None


def occurrences(first: datetime, repeat: Repeat) -> list[datetime]:
    """The starts of a series, the first one included; at most MOST. Of an hour that a day has twice, the first one counts.

    Raises:
        HourDoesNotExist: on one of the days the clocks skip this hour.
    """
    start = first.astimezone(ZONE).replace(tzinfo=None)
    ends: dict[str, Any] = {"count": repeat.count}
    if repeat.until is not None:
        ends = {"until": datetime.combine(repeat.until, datetime.max.time())}
    if repeat.frequency == "weekly":
        rule = rrule(WEEKLY, start, repeat.interval, **ends)
    else:
        place = (start.day - 1) // 7 + 1
        # Not every month has a fifth Tuesday; every one has a last.
        day = weekday(start.weekday(), place if place < 5 else -1)
        rule = rrule(MONTHLY, start, repeat.interval, byweekday=day, **ends)
    starts: list[datetime] = []
    for moment in rule:
        if len(starts) == MOST:
            break
        starts.append(on_the_clock(moment))
    return starts


def moved(facts: Mapping[str, Any], starts_at: datetime) -> dict[str, Any]:
    """The facts of a gathering at another start; its other times keep their distance on the clock. Of several meetings those that were
    called off stay behind.

    Where the start is in an hour that its day has twice, the clock says nothing about the end: it keeps the length.

    Raises:
        HourDoesNotExist: on the day of a further meeting the clocks skip its hour.
    """
    shift = _wall(starts_at) - _wall(facts["starts_at"])

    def move(moment: datetime | None) -> datetime | None:
        return None if moment is None else (_wall(moment) + shift).replace(tzinfo=ZONE)

    def moved_end(times: Mapping[str, Any], starts_at: datetime) -> datetime | None:
        length = times["ends_at"].astimezone(UTC) - times["starts_at"].astimezone(UTC)
        return starts_at.astimezone(UTC) + length if is_twice(_wall(starts_at)) else move(times["ends_at"])

    def moved_meeting(meeting: Mapping[str, Any]) -> dict[str, Any]:
        starts_at = on_the_clock(_wall(meeting["starts_at"]) + shift)
        return {**meeting, "starts_at": starts_at, "ends_at": moved_end(meeting, starts_at)}

    meetings = [moved_meeting(meeting) for meeting in taking_place(facts.get("meetings") or ())]
    if meetings:
        meetings[0]["starts_at"] = starts_at
    return {
        **facts,
        "starts_at": starts_at,
        **{name: move(facts[name]) for name in ("opens_at", "closes_at")},
        "ends_at": moved_end(facts, starts_at),
        **span(meetings),
        "meetings": meetings if len(meetings) > 1 else [],
        "support": [{**offer, "request_until": move(offer.get("request_until"))} for offer in facts["support"]],
        "quotas": [{**quota, "until": move(quota.get("until"))} for quota in facts.get("quotas") or ()],
        "invitations": [{**one, "until": move(one.get("until"))} for one in without_ended_quotas(facts)],
    }


def _wall(moment: datetime) -> datetime:
    return moment.astimezone(ZONE).replace(tzinfo=None)
