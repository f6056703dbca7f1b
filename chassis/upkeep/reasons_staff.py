"""Reasons why an event became a dead letter, in words for who is no programmer; the stored reasons never quote its content."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chassis.text.translations import mark

STILL_FAILS = mark("It still cannot be handled. Nothing was changed.")
WRONG_VALUE = mark("This value does not fit yet.")
_DOES_NOT_FIT = re.compile(r"data does not fit its type at (?P<places>.+)")
_REASONS = (
    (re.compile("not a CloudEvent"), mark("The event does not say what it is about. It can only be given up.")),
    (_DOES_NOT_FIT, mark("A value is missing or has a form that nobody can use: %(places)s.")),
    (re.compile("the handler failed"), mark("The program made a mistake with it. Please tell those who run the platform; after they have mended it, try again.")),
    (re.compile("it can't be stored"), mark("It could not be stored. Please try again; if it stays, tell those who run the platform.")),
    (re.compile("an earlier event"), mark("It waits for an earlier event of the same thing that could not be handled.")),
    (re.compile(r"event (?P<places>\d+) of the aggregate is missing"), mark("It waits for an earlier event that has not arrived yet (number %(places)s).")),
)  # fmt: skip
OTHER = mark("It could not be handled.")


def in_words(reason: str) -> tuple[str, str]:
    """(a sentence of the catalogue, what stands for its `places`)."""
    for pattern, sentence in _REASONS:
        if match := pattern.search(reason):
            return sentence, match.groupdict().get("places") or ""
    return OTHER, ""


def places_of(reason: str) -> Sequence[str]:
    """The values at which the fault is; empty where none is to blame."""
    match = _DOES_NOT_FIT.search(reason)
    return [one for one in match["places"].split(", ") if one != "the whole value"] if match else []
