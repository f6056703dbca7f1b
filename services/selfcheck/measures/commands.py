"""Commands on measures: change, carry over, remind, erase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from msgspec.structs import replace

from chassis.http.problems import not_found
from chassis.storage.repository import Decision
from chassis.text.languages import BERLIN
from contracts.envelope import Event
from contracts.selfcheck import MeasureAgreed, MeasureDeleted, MeasureDue
from services.selfcheck.domain.measure import Measure, change, reminder, urgency
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.measures.documents import HistoryEntry, StoredMeasure
from services.selfcheck.measures.responses import to_response

PUBLISHED = ("field", "title", "due", "status", "questions", "assessment")
"""Fields of a measure that events carry; a change of anything else stays here."""
KEPT_HISTORY = 100


@dataclass(frozen=True)
class ChangeMeasure:
    """Make these `changes` to a measure, unless somebody else changed it since `revision`."""

    assessment: str
    questionnaire: Questionnaire
    changes: Mapping[str, object]
    revision: int | None

    def decide(self, measure: StoredMeasure, now: datetime) -> Decision[StoredMeasure]:
        if measure.assessment != self.assessment:
            raise not_found("measure")
        before = measure.state
        after = change(before, self.questionnaire, self.changes, self.revision)
        if after is before:
            return Decision(measure, answer=to_response(measure, day_of(now)))
        return _with_events(measure, _with(measure, after), now)


@dataclass(frozen=True)
class CarryOver:
    """Carry a measure over to a later self-check, with the questions that exist there."""

    earlier: str
    assessment: str
    fields: Mapping[str, set[str]]

    def decide(self, measure: StoredMeasure, now: datetime) -> Decision[StoredMeasure] | None:
        if measure.assessment != self.earlier:
            return None
        questions = tuple(question for question in measure.questions if question in self.fields[measure.field])
        after = replace(measure, assessment=self.assessment, carried_from=self.earlier, questions=questions)
        return _with_events(measure, after, now)


@dataclass(frozen=True)
class RemindOfMeasure:
    """Remind of a measure that is due soon or overdue. The write that notes the reminder also publishes it, so each goes out once.

    `assessment_exists`: its self-check was not deleted."""

    assessment_exists: bool

    def decide(self, measure: StoredMeasure, now: datetime) -> Decision[StoredMeasure]:
        if not self.assessment_exists:
            return Decision(replace(measure, due_at=None))
        state = measure.state
        due_reminder = reminder(state)
        if due_reminder is None or due_reminder[1] > now or state.due is None:
            return Decision(with_due(measure))
        kind = due_reminder[0]
        reminders = tuple(sorted({*measure.reminders_sent, kind, *(["soon"] if kind == "overdue" else [])}))
        event = MeasureDue(
            assessment_id=measure.assessment,
            measure_id=measure.id,
            field=state.field,
            title=state.title,
            due=state.due,
            state="overdue" if kind == "overdue" else "soon",
        )
        # Who learns of it only after the day is told that it is overdue, not that it soon will be.
        is_overdue = kind == "soon" and urgency(state, day_of(now)) == "overdue"
        return Decision(with_due(replace(measure, reminders_sent=reminders)), [] if is_overdue else [event])


@dataclass(frozen=True)
class EraseMeasure:
    """Erase a measure whose self-check was deleted; one that was carried over since belongs to another."""

    assessment: str

    def decide(self, measure: StoredMeasure, now: datetime) -> Decision[StoredMeasure] | None:
        if measure.assessment != self.assessment or measure.deleted_at:
            return None
        event = MeasureDeleted(assessment_id=self.assessment, measure_id=measure.id)
        emptied = replace(measure, title="", owner="", questions=(), history=(), deleted_at=now, due_at=None)
        return Decision(emptied, [event])


Command = ChangeMeasure | CarryOver | RemindOfMeasure


def day_of(now: datetime) -> date:
    """The day in Germany."""
    return now.astimezone(BERLIN).date()


def _with(measure: StoredMeasure, state: Measure) -> StoredMeasure:
    return with_due(replace(measure, **fields_of(state)))


def fields_of(state: Measure) -> dict[str, Any]:
    """The stored fields that the domain decides."""
    return {
        "field": state.field,
        "title": state.title,
        "owner": state.owner,
        "status": state.status,
        "due": state.due,
        "questions": tuple(state.questions),
        "revision": state.revision,
        "reminders_sent": tuple(sorted(state.reminders_sent)),
    }


def with_due(measure: StoredMeasure) -> StoredMeasure:
    """The measure with the moment at which it is to be reminded of."""
    next_one = reminder(measure.state)
    return replace(measure, due_at=next_one[1] if next_one else None)


def _with_events(before: StoredMeasure, after: StoredMeasure, now: datetime) -> Decision[StoredMeasure]:
    history = (*before.history, history_entry(after.state, after.assessment, now))[-KEPT_HISTORY:]
    after = replace(after, history=history)
    published = any(getattr(before, name) != getattr(after, name) for name in PUBLISHED)
    events: list[Event] = [measure_agreed(after)] if published else []
    return Decision(after, events, to_response(after, day_of(now)))


def history_entry(measure: Measure, assessment: str, now: datetime) -> HistoryEntry:
    return HistoryEntry(at=now, status=measure.status, due=measure.due, assessment=assessment)


def measure_agreed(measure: StoredMeasure) -> MeasureAgreed:
    return MeasureAgreed(
        assessment_id=measure.assessment,
        measure_id=measure.id,
        field=measure.field,
        title=measure.title,
        due=measure.due,
        status=measure.status.value,
        questions=measure.questions,
        carried_from=measure.carried_from,
    )
