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

Told = dict[str, Any]
FIELDS = ("day", "from", "until", "last_day", "place")
REPEAT = {"frequency": "weekly", "interval": 1, "count": 8}


def filled(meetings: Sequence[Told]) -> dict[str, Any]:
    """What the form shows of meetings; the fields of a further one are empty."""
    shown: dict[str, Any] = dict(REPEAT)
    for one in meetings:
        starts, ends = (one[name].astimezone(BERLIN) for name in ("starts_at", "ends_at"))
        shown |= {
            f"day.{one['id']}": starts.date().isoformat(),
            f"from.{one['id']}": f"{starts:%H:%M}",
            f"until.{one['id']}": f"{ends:%H:%M}",
            f"last_day.{one['id']}": ends.date().isoformat() if ends.date() != starts.date() else None,
            f"place.{one['id']}": one.get("place"),
            f"cancelled.{one['id']}": "yes" if one.get("cancelled") else None,
        }
    return shown


def meetings(form: Form, known: Sequence[Told], now: datetime, published: bool) -> list[Told]:
    """The meetings as entered, with the new one where it has a day, in the order of time. `known`: as they are; of those that people know
    of and that have begun nothing changes. Notes what is wrong; they are complete where the form then is ok."""
    found = [one if published and one["starts_at"] <= now else _entered(form, one, published) for one in known]
    if any(form.value(f"{name}.") for name in FIELDS):
        found.append(_entered(form, {"id": ""}, published) | {"id": next_id(known)})
    return sorted(found, key=lambda one: one["starts_at"]) if form.ok else found


def repeated(form: Form, facts: Told) -> list[Told]:
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
        each = [moved({**facts, "meetings": []}, at) for at in starts]
    except HourDoesNotExist as refused:
        form.error("count" if times and not until else "until_day", refused.detail, **refused.values)
        return []
    if len(each) < 2:
        form.error("until_day", mark("Choose a later day: none of the dates lies before this one."))
        return []
    return [
        {"id": str(number), "starts_at": one["starts_at"], "ends_at": one["ends_at"], "place": None, "cancelled": False}
        for number, one in enumerate(each, start=1)
    ]


def places(meetings: Sequence[Told], known: Sequence[Told]) -> dict[str, str]:
    """Where the form shows what the API finds wrong."""
    ids = {one["id"] for one in known}
    names = {"/meetings": "", "/starts_at": "", "/ends_at": ""}
    for index, one in enumerate(meetings):
        key, place = (one["id"] if one["id"] in ids else ""), f"/meetings/{index}"
        names |= {
            f"{place}/starts_at": f"day.{key}",
            f"{place}/ends_at": f"until.{key}",
            f"{place}/place": f"place.{key}",
        }
    return names


def next_id(known: Sequence[Told]) -> str:
    """An id that no meeting has."""
    taken = {one["id"] for one in known}
    return next(id for id in map(str, count(1)) if id not in taken)


def _entered(form: Form, known: Told, published: bool) -> Told:
    key = f".{known['id']}"
    form.require(f"day{key}", f"from{key}", f"until{key}")
    day = form.day(f"day{key}")
    last = form.day(f"last_day{key}") or day
    return {
        "id": known["id"],
        "starts_at": on_day(form, day, f"from{key}", known.get("starts_at")),
        "ends_at": on_day(form, last, f"until{key}", known.get("ends_at")),
        "place": form.value(f"place{key}") or None,
        "cancelled": bool(form.value(f"cancelled{key}")) if published else known.get("cancelled", False),
    }
