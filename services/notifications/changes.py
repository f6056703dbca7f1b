"""What is different about a gathering, told in the reader's language: what was, and what holds now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations

from chassis.storage.mongo import Document
from chassis.text import translations
from chassis.text.languages import format_period
from chassis.text.translations import mark
from contracts.registration import WORTH_TELLING, GatheringChanged

MODES = {"onsite": mark("on site"), "online": mark("online"), "hybrid": mark("on site and online")}
WHEN, WHERE, HOW = mark("When"), mark("Where"), mark("How we meet")
BEFORE, NOW = mark("until now: %(what)s"), mark("now: %(what)s")
NO_LONGER_THERE = mark("Please do not come to the place named before: we meet online.")
WAY_IN = mark("This is your way into the online meeting: %(address)s")
NEW_WAY_IN = mark("The way into the online meeting is a new one. Please use this link, not one you saved: %(address)s")
ASK = mark("The way into the online meeting is a new one. If you do not know it, please ask us.")
"""Given instead of an address where the reader is called."""


def of_event(event: GatheringChanged) -> Document:
    """What matters to those who take part, as it is stored with what they are owed; empty where nothing does."""
    now, before = event.gathering, event.before or event.gathering
    changed = WORTH_TELLING.intersection(event.changed)
    found: Document = {}
    if changed & {"starts_at", "ends_at"}:
        found["when"] = [[before.starts_at, before.ends_at], [now.starts_at, now.ends_at]]
    if "place" in changed:
        found["where"] = [before.place, now.place]
    if "mode" in changed:
        found["how"] = [before.mode, now.mode]
    if now.has_join_url and (now.mode != "onsite") and changed & {"mode", "join_url"}:
        found["way_in"] = "first" if before.mode == "onsite" or not before.has_join_url else "new"
    return found


def concerns(changes: Document, status: str) -> bool:
    """Whether somebody in this state has to hear of it: the way in matters to those who have a seat alone."""
    return bool(changes if status == "confirmed" else changes.keys() - {"way_in"})


def merged(earlier: Document, later: Document) -> Document:
    """Two changes, one after the other, as one for somebody who was not told of the first; what is again as it was is none."""
    found: Document = {}
    for name in ("when", "where", "how"):
        steps = [one[name] for one in (earlier, later) if name in one]
        if steps and steps[0][0] != steps[-1][1]:
            found[name] = [steps[0][0], steps[-1][1]]
    if later.get("how", ("", ""))[1] != "onsite" and (
        ways := [one["way_in"] for one in (earlier, later) if "way_in" in one]
    ):
        found["way_in"] = "first" if "first" in ways else "new"
    return found


def words(changes: Document, language: str, way_in: str | None) -> str:
    """The changes as lines of text, a blank line between them. `way_in`: the reader's own address of the online meeting, if
    they have a seat, or `ASK`."""
    return "\n\n".join(_paragraphs(changes, language, _catalogue()[language], way_in))


def _paragraphs(changes: Document, language: str, catalogue: NullTranslations, way_in: str | None) -> Iterator[str]:
    say = catalogue.gettext

    def pair(heading: str, both: list[Any], tell: Any) -> str:
        before, now = (tell(one) for one in both)
        # What events of old did not carry can't be told.
        was = [say(BEFORE) % {"what": before}] if before != now else []
        return "\n".join([say(heading), *was, say(NOW) % {"what": now}])

    def period(times: list[datetime]) -> str:
        return format_period(times[0], times[1], language)

    if "when" in changes:
        yield pair(WHEN, changes["when"], period)
    if "how" in changes:
        yield pair(HOW, changes["how"], lambda mode: say(MODES[mode]))
    if "where" in changes:
        yield pair(WHERE, changes["where"], _place)
    if changes.get("how", [""])[-1] == "online":
        yield say(NO_LONGER_THERE)
    if "way_in" in changes and way_in:
        yield say(ASK if way_in == ASK else WAY_IN if changes["way_in"] == "first" else NEW_WAY_IN) % {
            "address": way_in
        }


def _place(place: str | None) -> str:
    """A German address keeps its order inside a line from right to left (isolates of Unicode's bidirectional algorithm)."""
    return f"\u2068{place}\u2069" if place else "–"


@cache
def _catalogue() -> dict[str, NullTranslations]:
    return translations.load(Path(__file__).parent / "locale")
