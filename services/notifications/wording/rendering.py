"""Renders the values of placeholders in a reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from chassis.text.languages import format_date, format_datetime, format_period, pick
from services.notifications.domain.changes import Changes, MeetingChange
from services.notifications.domain.values import (
    Dates,
    Day,
    Difference,
    Localized,
    Moment,
    Period,
    PlaceInGathering,
    Value,
)
from services.notifications.wording import sentences as s
from services.notifications.wording.sentences import sentence

_period = lru_cache(maxsize=1024)(format_period)
"""Cached, since many people get messages about the same gathering."""


def one_line(text: str) -> str:
    """Text without line breaks or control characters, fit for a header. Joiners (ZWNJ, ZWJ) belong to a word and stay."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() or char in "\u200c\u200d" else " " for char in text)
    return " ".join(text.split())


def isolated(text: str) -> str:
    """Text that keeps its own order inside a line from right to left (isolates of Unicode's bidirectional algorithm)."""
    return f"\u2068{text}\u2069"


def render_value(value: Value, language: str, way_in: str) -> str:
    """A value as text. `way_in`: the address of the online meeting, or the sentence `ASK`."""
    match value:
        case Localized(texts, line):
            text = pick(texts, language)[0] if any(texts.values()) else ""
            return one_line(text) if line else text
        case Period(starts_at, ends_at):
            return _period(starts_at, ends_at, language)
        case Dates(starts_at, ends_at, until):
            first, last = _period(starts_at, ends_at, language), format_date(until, language)
            return sentence(language, s.WHEN_SEVERAL, first=first, last=last)
        case Day(moment):
            return format_date(moment, language)
        case Moment(moment):
            return format_datetime(moment, language)
        case Difference(changes, seated):
            return "\n\n".join(_differences(changes, language, way_in if seated else ""))
        case PlaceInGathering():
            return _place_in_words(value, language)
        case _:
            return one_line(str(value))


def _place_in_words(value: PlaceInGathering, language: str) -> str:
    lines = [sentence(language, s.STANDING.get(value.state, s.STANDING["confirmed"]))]
    if value.until:
        lines.append(sentence(language, s.UNTIL, until=format_datetime(value.until, language)))
    return " ".join(lines)


def _meeting_changes(changes: Sequence[MeetingChange], language: str) -> Iterator[str]:
    def time_and_place(meeting: tuple[datetime, datetime, str | None]) -> str:
        starts_at, ends_at, place = meeting
        period = _period(starts_at, ends_at, language)
        return f"{period} · {isolated(one_line(place))}" if place else period

    for change in changes:
        if change.now is None and change.before is not None:
            yield sentence(language, s.OFF, what=time_and_place(change.before))
        elif change.now is not None and change.before is None:
            yield sentence(language, s.NEW_DATE, what=time_and_place(change.now))
        elif change.now is not None and change.before is not None:
            yield sentence(language, s.BEFORE, what=time_and_place(change.before))
            yield sentence(language, s.NOW, what=time_and_place(change.now))


def _differences(changes: Changes, language: str, way_in: str) -> Iterator[str]:
    def before_and_now(heading: str, values: tuple[Any, Any], describe: Callable[[Any], str]) -> str:
        before, now = (describe(value) for value in values)
        # Where both are the same, an older event did not carry what was before, so that cannot be shown.
        lines = [sentence(language, s.BEFORE, what=before)] if before != now else []
        return "\n".join([sentence(language, heading), *lines, sentence(language, s.NOW, what=now)])

    if changes.when:
        yield before_and_now(s.WHEN, changes.when, lambda times: format_period(times[0], times[1], language))
    if changes.meetings:
        yield "\n".join([sentence(language, s.WHEN), *_meeting_changes(changes.meetings, language)])
    if changes.how:
        yield before_and_now(s.HOW, changes.how, lambda mode: sentence(language, s.MODES[mode]))
    if changes.where:
        yield before_and_now(s.WHERE, changes.where, lambda place: isolated(place) if place else "–")
    if changes.how and changes.how[1] == "online":
        yield sentence(language, s.NO_LONGER_THERE)
    if changes.way_in and way_in == s.ASK:
        yield sentence(language, s.ASK)
    elif changes.way_in and way_in:
        yield sentence(language, s.WAY_IN if changes.way_in == "first" else s.NEW_WAY_IN, address=way_in)
