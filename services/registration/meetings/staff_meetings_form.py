"""The form in which a coordinator writes the dates of a gathering: what it shows, and the meetings it becomes in the words of the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from chassis.pages.forms import ENTRY_WRONG, Form
from chassis.text.languages import BERLIN
from chassis.text.translations import mark
from services.registration.domain.clock_change import HourDoesNotExist
from services.registration.domain.meetings import MOST_MEETINGS
from services.registration.domain.series import Repeat, moved, occurrences
from services.registration.planning.staff_plan_form import on_day

SentMeeting = dict[str, Any]
FIELDS = ("day", "from", "until", "last_day", "place")
REPEAT = {"frequency": "weekly", "interval": 1, "count": 8}


def filled(meetings: Sequence[SentMeeting]) -> dict[str, Any]:
    """What the form shows of meetings; the fields of a further one are empty."""
    shown: dict[str, Any] = dict(REPEAT)
    for meeting in meetings:
        starts, ends = (meeting[name].astimezone(BERLIN) for name in ("starts_at", "ends_at"))
        shown |= {
            f"day.{meeting['id']}": starts.date().isoformat(),
            f"from.{meeting['id']}": f"{starts:%H:%M}",
            f"until.{meeting['id']}": f"{ends:%H:%M}",
            f"last_day.{meeting['id']}": ends.date().isoformat() if ends.date() != starts.date() else None,
            f"place.{meeting['id']}": meeting.get("place"),
            f"cancelled.{meeting['id']}": "yes" if meeting.get("cancelled") else None,
        }
    return shown


def meetings(form: Form, stored_meetings: Sequence[SentMeeting], now: datetime, published: bool) -> list[SentMeeting]:
    """The meetings as entered, with the new one where it has a day, in the order of time. `stored_meetings`: as they are; of those that people know
    of and that have begun nothing changes. Notes what is wrong; they are complete where the form then is ok."""
    entered = [
        one if published and one["starts_at"] <= now else _entered(form, one, published) for one in stored_meetings
    ]
    if any(form.value(f"{name}.") for name in FIELDS):
        entered.append(_entered(form, {"id": ""}, published) | {"id": next_id(stored_meetings)})
    return sorted(entered, key=lambda one: one["starts_at"]) if form.ok else entered


def repeated(form: Form, facts: SentMeeting) -> list[SentMeeting]:
    """All meetings by the rule that was entered, the first of them the gathering as it is; empty after noting what is wrong."""
    form.require("interval")
    times = form.whole_number("count", 2, MOST_MEETINGS)
    interval, until = form.whole_number("interval", 1, 52), form.day("until_day")
    if not form.value("count") and not form.value("until_day"):
        form.error("count", mark("Please say how many dates there are, or until which day."))
    if form.value("frequency") not in ("weekly", "monthly"):
        form.error("frequency", ENTRY_WRONG)
    if not form.ok or interval is None:
        return []
    end = {"until": until} if until else {"count": times}
    try:
        starts = occurrences(facts["starts_at"], Repeat(form.value("frequency"), interval, **end))  # type: ignore[arg-type]
        occurring = [moved({**facts, "meetings": []}, start) for start in starts]
    except HourDoesNotExist as refused:
        form.error("count" if times and not until else "until_day", refused.detail, **refused.values)
        return []
    if len(occurring) < 2:
        form.error("until_day", mark("Choose a later day: none of the dates lies before this one."))
        return []
    return [
        {
            "id": str(number),
            "starts_at": meeting["starts_at"],
            "ends_at": meeting["ends_at"],
            "place": None,
            "cancelled": False,
        }
        for number, meeting in enumerate(occurring, start=1)
    ]


def places(meetings: Sequence[SentMeeting], stored_meetings: Sequence[SentMeeting]) -> dict[str, str]:
    """The fields of the form by the places that the API names when something is wrong."""
    ids = {meeting["id"] for meeting in stored_meetings}
    names = {"/meetings": "", "/starts_at": "", "/ends_at": ""}
    for index, meeting in enumerate(meetings):
        key, place = (meeting["id"] if meeting["id"] in ids else ""), f"/meetings/{index}"
        names |= {
            f"{place}/starts_at": f"day.{key}",
            f"{place}/ends_at": f"until.{key}",
            f"{place}/place": f"place.{key}",
        }
    return names


def next_id(stored_meetings: Sequence[SentMeeting]) -> str:
    """An id that no meeting has."""
    taken = {one["id"] for one in stored_meetings}
    return next(id for id in map(str, count(1)) if id not in taken)


def _entered(form: Form, stored: SentMeeting, published: bool) -> SentMeeting:
    key = f".{stored['id']}"
    form.require(f"day{key}", f"from{key}", f"until{key}")
    day = form.day(f"day{key}")
    last_day = form.day(f"last_day{key}") or day
    return {
        "id": stored["id"],
        "starts_at": on_day(form, day, f"from{key}", stored.get("starts_at")),
        "ends_at": on_day(form, last_day, f"until{key}", stored.get("ends_at")),
        "place": form.value(f"place{key}") or None,
        "cancelled": bool(form.value(f"cancelled{key}")) if published else stored.get("cancelled", False),
    }
