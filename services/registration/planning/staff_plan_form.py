"""The form of a gathering for planning: filled from a gathering, and turned into the API's request model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from chassis.pages.forms import Form
from chassis.text.languages import BERLIN
from chassis.text.translations import mark
from services.registration.domain.clock_change import HourDoesNotExist, on_the_clock
from services.registration.domain.terms import MOST_SEATS
from services.registration.json_values import as_json
from services.registration.needs.support_kinds import KINDS
from services.registration.planning.schemas import MOST_OF_SUPPORT

NEW = {
    "kind": "dialogue",
    "mode": "onsite",
    "capacity": 35,
    "party_max": 4,
    "allocation": "first_come",
    "offer_hours": 24,
    "confirm_minutes": 60,
    "open_to": "residents",
}
PLAIN = ("kind", "mode", "allocation", "open_to", "capacity", "party_max", "offer_hours", "confirm_minutes")
WHOLE_NUMBERS = ("capacity", "party_max", "confirm_minutes")
NUMBERS = (*WHOLE_NUMBERS, "offer_hours")
TEXTS = ("title", "description", "thanks")
FIELDS = {
    "/starts_at": "day",
    "/ends_at": "until",
    "/reconfirm": "answer_within",
    "/reconfirm/hours_before": "ask_before",
    "/reconfirm/hours_to_answer": "answer_within",
}
"""Where the form shows what the API finds wrong under another name."""


def filled(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the form for a gathering's stored facts."""
    gathering = as_json(facts)
    starts, ends = (_local(gathering[name]) for name in ("starts_at", "ends_at"))
    shown_texts = {f"{name}.{code}": words for name in TEXTS for code, words in (gathering.get(name) or {}).items()}
    offers = {offer["id"]: offer for offer in gathering["support"]}
    asking = gathering.get("reconfirm")
    return {
        **shown_texts,
        **{name: _number(gathering[name]) for name in PLAIN},
        "day": starts.date().isoformat(),
        "from": f"{starts:%H:%M}",
        "until": f"{ends:%H:%M}",
        "last_day": ends.date().isoformat() if ends.date() != starts.date() else None,
        "place": gathering.get("place"),
        "join_url": gathering.get("join_url"),
        **{name: entry(gathering.get(name)) for name in ("opens_at", "closes_at")},
        "support": list(offers),
        "ask_before": _number(asking["hours_before"]) if asking else None,
        "answer_within": _number(asking["hours_to_answer"]) if asking else None,
        **{f"people.{id}": "yes" for id, offer in offers.items() if offer.get("counts") == "people"},
        **{f"limit.{id}": offer.get("capacity") for id, offer in offers.items()},
        **{f"ask_until.{id}": entry(offer.get("request_until")) for id, offer in offers.items()},
    }


def body(form: Form, languages: Sequence[str], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Build the body of the API's call from the form. `facts`: those of the gathering so far; what the form does not show of them stays.

    Notes in the form what is no day or time; the body is complete where the form then is ok.
    """
    if facts.get("meetings"):
        starts, ends = facts["starts_at"], facts["ends_at"]  # `services.registration.meetings.staff_pages` writes them
    else:
        day, last_day = form.day("day"), form.day("last_day") or form.day("day")
        starts = on_day(form, day, "from", facts.get("starts_at"))
        ends = on_day(form, last_day, "until", facts.get("ends_at"))
    words = {name: texts(form, name, languages, facts.get(name) or {}) for name in TEXTS}
    return {
        **words,
        "thanks": words["thanks"] or None,
        **{name: form.value(name) for name in PLAIN if name not in NUMBERS},
        **{name: _entered_number(form, name) for name in NUMBERS},
        "starts_at": starts,
        "ends_at": ends,
        "place": form.value("place") or None,
        "join_url": form.value("join_url") or None,
        "opens_at": moment(form, "opens_at", facts.get("opens_at")),
        "closes_at": moment(form, "closes_at", facts.get("closes_at")),
        "reconfirm": _reconfirm(form),
        "support": _support(form, {offer["id"]: offer for offer in facts.get("support", ())}),
    }


def moment(form: Form, name: str, stored: datetime | None = None) -> datetime | None:
    """A day and time of Germany, None where nothing was entered; an error is noted in the form. `stored`: as it was so far."""
    wall_time = form.wall_time(name)
    return _moment(form, name, wall_time, stored) if wall_time else None


def _reconfirm(form: Form) -> dict[str, Any] | None:
    if not form.value("ask_before"):
        return None
    return {
        "hours_before": _entered_number(form, "ask_before"),
        "hours_to_answer": _entered_number(form, "answer_within") or 24,
    }


def _support(form: Form, stored_offers: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    offers = []
    for id in form.chosen("support"):
        if id not in KINDS and id not in stored_offers:
            continue
        limit = form.whole_number(f"limit.{id}", 1, MOST_OF_SUPPORT)
        offers.append(
            {
                "label": KINDS.get(id),
                **stored_offers.get(id, {}),
                "id": id,
                "capacity": limit,
                "counts": "people" if form.value(f"people.{id}") else "groups",
                "request_until": moment(form, f"ask_until.{id}", stored_offers.get(id, {}).get("request_until")),
            }
        )
    return offers


def _entered_number(form: Form, name: str) -> float | None:
    """A number, or None after noting what is wrong; hours take a decimal comma."""
    if name in WHOLE_NUMBERS:
        return form.whole_number(name, 0, MOST_SEATS)
    return form.number(name)


def texts(form: Form, name: str, languages: Sequence[str], stored: Mapping[str, str]) -> dict[str, str]:
    """The words that were entered, by language. `stored`: as they were; languages that the form does not show stay."""
    others = {code: words for code, words in stored.items() if code not in languages}
    return {code: form.value(f"{name}.{code}") for code in languages if form.value(f"{name}.{code}")} | others


def on_day(form: Form, day: date | None, name: str, stored: datetime | None) -> datetime | None:
    """The time of a day that was entered under this name; an error is noted in the form. `stored`: as it was so far."""
    try:
        entered = time.fromisoformat(form.value(name))
    except ValueError:
        form.error(name, mark("Please write the time as shown."))
        return None
    return _moment(form, name, datetime.combine(day, entered.replace(tzinfo=None)), stored) if day else None


def _moment(form: Form, name: str, wall_time: datetime, stored: datetime | None) -> datetime | None:
    if stored is not None and stored.astimezone(BERLIN).replace(tzinfo=None, fold=0) == wall_time:
        return stored  # not changed; where the day has this hour twice, it stays the one that it was
    try:
        return on_the_clock(wall_time)
    except HourDoesNotExist as refused:
        form.error(name, refused.detail, **refused.values)
        return None


def _local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(BERLIN)


def entry(moment: str | None) -> str | None:
    """A moment as `datetime-local` inputs take it."""
    return f"{_local(moment):%Y-%m-%dT%H:%M}" if moment else None


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
