"""Use cases of measures. The owner, a role or an office, stays here; events carry title, day and state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from msgspec.structs import replace

from chassis.clock import Clock, rfc3339
from chassis.http.problems import FieldError, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope, of_document
from chassis.text.languages import BERLIN
from contracts.envelope import Event
from contracts.selfcheck import MeasureAgreed, MeasureDeleted, MeasureDue
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.measure import SETTLED, Measure, agree, change, reminder, urgency
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.measures.documents import HistoryEntry, StoredMeasure
from services.selfcheck.measures.repository import MeasureRepository
from services.selfcheck.measures.schemas import Carried, HistoryResponse, MeasureChange, MeasureResponse, NewMeasure
from services.selfcheck.problems import flawed, refused

TOLD = ("field", "title", "due", "status", "questions", "assessment")
"""What others hear of a measure; a change of anything else stays here."""
KEPT_HISTORY = 100


def to_response(measure: StoredMeasure, today: date) -> MeasureResponse:
    """A measure as staff see it."""
    return {
        "id": measure.id,
        "assessment": measure.assessment,
        "field": measure.field,
        "title": measure.title,
        "owner": measure.owner,
        "due": _iso(measure.due),
        "status": measure.status.value,
        "questions": list(measure.questions),
        "revision": measure.revision,
        "pressing": urgency(measure.state, today),
        "carried_from": measure.carried_from,
        "history": [_shown_entry(one) for one in measure.history],
    }


@dataclass(frozen=True)
class ChangeMeasure:
    """Change a measure as `wanted`, unless somebody did since `revision`."""

    assessment: str
    questionnaire: Questionnaire
    wanted: Mapping[str, object]
    revision: int | None

    def decide(self, measure: StoredMeasure, now: datetime) -> Decision[StoredMeasure]:
        if measure.assessment != self.assessment:
            raise not_found("measure")
        before = measure.state
        after = change(before, self.questionnaire, self.wanted, self.revision)
        if after is before:
            return Decision(measure, answer=to_response(measure, _day(now)))
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
        kept = tuple(question for question in measure.questions if question in self.fields[measure.field])
        after = replace(measure, assessment=self.assessment, carried_from=self.earlier, questions=kept)
        return _with_events(measure, after, now)


@dataclass(frozen=True)
class RemindOfMeasure:
    """Remind of a measure that is due soon or overdue; `there`: its self-check was not deleted. Told in the write that notes it, so each is
    told once."""

    there: bool

    def decide(self, measure: StoredMeasure, now: datetime) -> Decision[StoredMeasure]:
        if not self.there:
            return Decision(replace(measure, due_at=None))
        state = measure.state
        due = reminder(state)
        if due is None or due[1] > now or state.due is None:
            return Decision(_due(measure))
        kind = due[0]
        reminders = tuple(sorted({*measure.told, kind, *(["soon"] if kind == "overdue" else [])}))
        event = MeasureDue(
            assessment_id=measure.assessment,
            measure_id=measure.id,
            field=state.field,
            title=state.title,
            due=state.due,
            state="overdue" if kind == "overdue" else "soon",
        )
        # Who learns of it only after the day is told that it is overdue, not that it soon will be.
        late = kind == "soon" and urgency(state, _day(now)) == "overdue"
        return Decision(_due(replace(measure, told=reminders)), [] if late else [event])


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


@dataclass(frozen=True)
class Measures:
    """Use cases on measures. Unknown ones raise Problem 404, flaws 422, what is not possible now 409."""

    all: MeasureRepository
    assessments: Assessments
    clock: Clock

    @property
    def today(self) -> date:
        return _day(self.clock.now())

    async def add(
        self, scope: TenantScope, assessment: str, body: NewMeasure, request: IdempotencyKey
    ) -> tuple[MeasureResponse, bool]:
        """Agree on a measure; (answer, replayed)."""
        found = await self.assessments.get(scope, assessment)
        questionnaire, now = await self.assessments.questionnaire(found), self.clock.now()
        try:
            measure = agree(questionnaire, body.model_dump(), self.today)
        except Invalid as error:
            raise flawed(error) from None
        made = StoredMeasure(
            id=request.new_document_id(),
            tenant=scope.tenant,
            assessment=assessment,
            history=(_entry(measure, assessment, now),),
            **_fields(measure),
        )
        answer: tuple[MeasureResponse, bool] = await self.all.add_once(
            scope, _due(made), [_agreed(made)], to_response(made, self.today), request, now
        )
        return answer

    async def change(self, scope: TenantScope, assessment: str, id: str, body: MeasureChange) -> MeasureResponse:
        """Change what is given; saying the same twice changes nothing."""
        found = await self.assessments.get(scope, assessment)
        questionnaire = await self.assessments.questionnaire(found)
        done = await self._execute(
            scope, id, ChangeMeasure(assessment, questionnaire, body.changes(), body.revision), self.clock.now()
        )
        if done is None:
            raise not_found("measure")
        return done

    async def list_all(self, scope: TenantScope, assessment: str | None = None) -> list[MeasureResponse]:
        """Measures of one self-check or of all, what is due first on top, settled ones last."""
        if assessment is not None:
            await self.assessments.get(scope, assessment)
        found = await self.all.existing(scope, assessment)
        kept = await self.assessments.existing(scope, {one.assessment for one in found})
        return sorted((to_response(one, self.today) for one in found if one.assessment in kept), key=_order)

    async def get(self, scope: TenantScope, assessment: str, id: str) -> MeasureResponse:
        """A measure of a self-check."""
        found = await self.all.get(scope, id)
        if found is None or found.assessment != assessment or found.deleted_at:
            raise not_found("measure")
        return to_response(found, self.today)

    async def carry_over(self, scope: TenantScope, assessment: str, earlier: str) -> Carried:
        """Carry over what is not settled of an earlier self-check: `{"carried", "left"}`, ids. Left is what answers a
        field that this questionnaire has not. Repeating it changes nothing."""
        if assessment == earlier:
            raise invalid(FieldError("/assessment", "Name an earlier self-check, not this one."))
        questionnaire = await self.assessments.questionnaire(await self.assessments.get(scope, assessment))
        fields = {field.id: {question.id for question in field.questions} for field in questionnaire.fields}
        answer: Carried = {"carried": [], "left": []}
        for one in await self.list_all(scope, earlier):
            if one["status"] in SETTLED:
                continue
            if one["field"] not in fields:
                answer["left"].append(one["id"])
                continue
            await self._execute(scope, one["id"], CarryOver(earlier, assessment, fields), self.clock.now())
            answer["carried"].append(one["id"])
        return answer

    async def erase_of(self, scope: TenantScope, assessment: str) -> int:
        """Empty the measures of a self-check that was deleted; how many. Those carried over belong to a later one and stay."""
        now, command = self.clock.now(), EraseMeasure(assessment)
        ids = await self.all.ids_of(scope, assessment)
        for id in ids:
            await self.all.erase_to(scope, id, lambda measure: command.decide(measure, now), now)
        return len(ids)

    async def remind(self, document: Document) -> None:
        """Send the reminder of a measure that is due."""
        scope, measure = of_document(document), self.all.read(document)
        there = await self.assessments.existing(scope, {measure.assessment})
        await self._execute(scope, measure.id, RemindOfMeasure(bool(there)), self.clock.now())

    async def _execute(self, scope: TenantScope, id: str, command: Command, now: datetime) -> MeasureResponse | None:
        try:
            done = await self.all.change(scope, id, lambda measure: command.decide(measure, now), now)
        except Invalid as error:
            raise flawed(error) from None
        except Refused as error:
            raise refused(error) from None
        if done is None:
            raise not_found("measure")
        answer: MeasureResponse | None = done[0]
        return answer


def _day(now: datetime) -> date:
    return now.astimezone(BERLIN).date()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _with(measure: StoredMeasure, state: Measure) -> StoredMeasure:
    return _due(replace(measure, **_fields(state)))


def _fields(state: Measure) -> dict[str, Any]:
    """What the domain decides of a stored measure."""
    return {
        "field": state.field,
        "title": state.title,
        "owner": state.owner,
        "status": state.status,
        "due": state.due,
        "questions": tuple(state.questions),
        "revision": state.revision,
        "told": tuple(sorted(state.told)),
    }


def _due(measure: StoredMeasure) -> StoredMeasure:
    """With the moment when time alone changes something."""
    next_one = reminder(measure.state)
    return replace(measure, due_at=next_one[1] if next_one else None)


def _with_events(before: StoredMeasure, after: StoredMeasure, now: datetime) -> Decision[StoredMeasure]:
    history = (*before.history, _entry(after.state, after.assessment, now))[-KEPT_HISTORY:]
    after = replace(after, history=history)
    published = any(getattr(before, name) != getattr(after, name) for name in TOLD)
    events: list[Event] = [_agreed(after)] if published else []
    return Decision(after, events, to_response(after, _day(now)))


def _entry(measure: Measure, assessment: str, now: datetime) -> HistoryEntry:
    return HistoryEntry(at=now, status=measure.status, due=measure.due, assessment=assessment)


def _shown_entry(entry: HistoryEntry) -> HistoryResponse:
    return {
        "at": rfc3339(entry.at),
        "status": entry.status.value,
        "due": _iso(entry.due),
        "assessment": entry.assessment,
    }


def _agreed(measure: StoredMeasure) -> MeasureAgreed:
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


def _order(measure: MeasureResponse) -> tuple[bool, str, str]:
    return measure["status"] in SETTLED, measure["due"] or "9999", measure["id"]
