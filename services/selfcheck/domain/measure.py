"""Measures: what a municipality agrees to do about a field, by when, who sees to it, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.selfcheck.domain.errors import Flaw, Invalid, Refused, pointer
from services.selfcheck.domain.questionnaire import Questionnaire

MAX_TITLE, MAX_OWNER, MAX_QUESTIONS = 200, 120, 200
SOON = timedelta(days=14)
"""Before the day; from then on a measure counts as due soon."""
REMINDER_TIME = time(7, tzinfo=ZoneInfo("Europe/Berlin"))
"""Reminders go out in the morning."""


class Status(StrEnum):
    """Progress of a measure; done and dropped ones are settled."""

    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"
    DROPPED = "dropped"


SETTLED = (Status.DONE, Status.DROPPED)


@dataclass(frozen=True)
class Measure:
    """A measure that was agreed. `owner` is a role or an office, not a name. `due`: the last day. `questions`: which of the field's
    it answers. `revision` counts the changes; `reminders_sent`: kinds of reminders that went out for the present `due`."""

    field: str
    title: str
    owner: str
    due: date | None
    status: Status
    questions: tuple[str, ...] = ()
    revision: int = 1
    reminders_sent: frozenset[str] = frozenset()


def agree(questionnaire: Questionnaire, entered: Mapping[str, object], today: date) -> Measure:
    """A new measure of `{field, title, owner?, due?, status?, questions?}`. Raises `Invalid` with every flaw."""
    measure = _with_values(Measure("", "", "", None, Status.PLANNED), entered)
    flaws = _flaws(questionnaire, measure)
    if measure.due is not None and measure.due < today and measure.status not in SETTLED:
        flaws.append(Flaw("/due", "due_past", "This day has passed; choose a later one."))
    if flaws:
        raise Invalid(flaws)
    return measure


def change(
    before: Measure, questionnaire: Questionnaire, changes: Mapping[str, object], expected_revision: int | None
) -> Measure:
    """The measure with these `changes`; itself if they change nothing.

    Raises `Refused` if somebody else changed it since `expected_revision`, `Invalid` with every flaw.
    """
    if expected_revision is not None and expected_revision != before.revision:
        raise Refused("measure_changed_meanwhile", "Someone else has changed this measure; look at it first.")
    after = _with_values(before, changes)
    if flaws := _flaws(questionnaire, after):
        raise Invalid(flaws)
    if after == before:
        return before
    reminders_sent = before.reminders_sent if after.due == before.due else frozenset()
    return replace(after, revision=before.revision + 1, reminders_sent=reminders_sent)


def reminder(measure: Measure) -> tuple[str, datetime] | None:
    """The next reminder of a measure, `soon` or `overdue`, and when it is due; None if there is none any more."""
    if measure.due is None or measure.status in SETTLED:
        return None
    days = (("soon", measure.due - SOON), ("overdue", measure.due + timedelta(days=1)))
    return next(
        ((kind, datetime.combine(day, REMINDER_TIME)) for kind, day in days if kind not in measure.reminders_sent), None
    )


def urgency(measure: Measure, today: date) -> str | None:
    """How pressing a measure is: `overdue`, `soon`, or None."""
    if measure.due is None or measure.status in SETTLED:
        return None
    if measure.due < today:
        return "overdue"
    return "soon" if measure.due - SOON <= today else None


def _with_values(before: Measure, entered: Mapping[str, object]) -> Measure:
    """The measure with the values that were entered, whose types are checked where the request is read."""
    values = dict(entered)
    if "status" in values:
        values["status"] = Status(str(values["status"]))
    if "questions" in values:
        values["questions"] = tuple(values["questions"])  # type: ignore[arg-type]
    return replace(before, **values)  # type: ignore[arg-type]


def _flaws(questionnaire: Questionnaire, measure: Measure) -> list[Flaw]:
    if measure.field not in {field.id for field in questionnaire.fields}:
        return [Flaw("/field", "field_unknown", "The questionnaire has no such field; correct the id.")]
    question_ids = {question.id for question in questionnaire.field(measure.field).questions}
    return [
        Flaw(
            pointer("questions", index),
            "question_unknown",
            "The field has no such question; correct the id or leave it out.",
        )
        for index, question in enumerate(measure.questions)
        if question not in question_ids
    ]
