"""Measures as stored documents, one for each. The owner, a role or an office, stays here; events carry title, day and state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.clock import Clock, rfc3339
from chassis.http.problems import FieldError, invalid, not_found
from chassis.storage.aggregates import Aggregates, Change, Exists
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from chassis.text.languages import BERLIN
from contracts.selfcheck import MeasureAgreed, MeasureDeleted, MeasureDue
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.measure import SETTLED, Measure, Status, agree, change, pressing, reminder
from services.selfcheck.measures.schemas import MeasureChange, NewMeasure
from services.selfcheck.problems import flawed, refused

TOLD = ("field", "title", "due", "status", "questions")
"""What others hear of a measure; a change of anything else stays here."""


def state_of(document: Document) -> Measure:
    """The domain's view of a stored measure."""
    due = document["due"]
    return Measure(
        document["field"],
        document["title"],
        document["owner"],
        date.fromisoformat(due) if due else None,
        Status(document["status"]),
        tuple(document["questions"]),
        document["revision"],
        frozenset(document["told"]),
    )


def stored(measure: Measure) -> Document:
    """The fields of a document that the domain decides. Days are text: MongoDB knows only moments."""
    return {
        "field": measure.field,
        "title": measure.title,
        "owner": measure.owner,
        "status": measure.status.value,
        "due": measure.due.isoformat() if measure.due else None,
        "questions": list(measure.questions),
        "revision": measure.revision,
        "told": sorted(measure.told),
    }


def shown(document: Document, today: date) -> dict[str, Any]:
    """A measure as staff see it. `pressing`: `soon`, `overdue` or null; `history`: how it came here, the oldest first."""
    keys = ("field", "title", "owner", "due", "status", "questions", "revision")
    return {
        "id": document["_id"],
        "assessment": document["assessment"],
        **{key: document[key] for key in keys},
        "pressing": pressing(state_of(document), today),
        "carried_from": document["carried_from"],
        "history": [one | {"at": rfc3339(one["at"])} for one in document["history"]],
    }


@dataclass(frozen=True)
class Measures:
    """The collection and what is done with it. Unknown ones raise Problem 404, flaws 422, what is not possible now 409."""

    all: Aggregates
    assessments: Assessments
    clock: Clock

    async def ensure_indexes(self) -> None:
        tenant = ("tenant", ASCENDING)
        of_assessment = IndexModel([tenant, ("assessment", ASCENDING)], name="assessment")
        await self.all.ensure_indexes([IndexModel([tenant, ("due", ASCENDING)], name="tenant"), of_assessment])

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(BERLIN).date()

    async def add(
        self, scope: TenantScope, assessment: str, body: NewMeasure, request: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Agree on a measure; (answer, replayed)."""
        found = await self.assessments.document(scope, assessment)
        questionnaire, now = await self.assessments.questionnaire(found), self.clock.now()
        try:
            measure = agree(questionnaire, body.model_dump(), self.today)
        except Invalid as error:
            raise flawed(error) from None
        id = request.new_document_id()
        fields = {
            **stored(measure),
            "assessment": assessment,
            "carried_from": None,
            "history": [_entry(measure, assessment, now)],
        }
        fields |= _due(measure)
        answer = shown({"_id": id, **fields}, self.today)
        try:
            await self.all.create(
                scope, id, {**fields, "request": request.record(answer, now)}, [_event(id, fields)], now
            )
        except Exists as there:
            return request.replay_of_creation(there.document), True
        return answer, False

    async def change(self, scope: TenantScope, assessment: str, id: str, body: MeasureChange) -> dict[str, Any]:
        """Change what is given; saying the same twice changes nothing."""
        found = await self.assessments.document(scope, assessment)
        questionnaire = await self.assessments.questionnaire(found)

        def decide(document: Document) -> Change:
            if document["assessment"] != assessment:
                raise not_found("measure")
            before = state_of(document)
            try:
                after = change(before, questionnaire, body.wanted(), body.revision)
            except Invalid as error:
                raise flawed(error) from None
            except Refused as error:
                raise refused(error) from None
            if after is before:
                return Change(answer=shown(document, self.today))
            return self._changed(document, stored(after) | _due(after), after, assessment)

        done = await self.all.execute(scope, id, decide, self.clock.now())
        if done is None:
            raise not_found("measure")
        answer: dict[str, Any] = done[0]
        return answer

    async def listed(self, scope: TenantScope, assessment: str | None = None) -> list[dict[str, Any]]:
        """Of one self-check or of all, what is due first on top, settled ones last."""
        if assessment is not None:
            await self.assessments.document(scope, assessment)
        condition = scope.filter(deleted_at=None, **({"assessment": assessment} if assessment else {}))
        found = await self.all.collection.find(condition, {"outbox": 0, "requests": 0}).to_list(None)
        kept = await self._kept(scope, {one["assessment"] for one in found})
        return sorted((shown(one, self.today) for one in found if one["assessment"] in kept), key=_order)

    async def _kept(self, scope: TenantScope, ids: set[str]) -> set[str]:
        """Those self-checks that were not deleted."""
        there = scope.filter(_id={"$in": list(ids)}, deleted_at=None)
        return {one["_id"] for one in await self.assessments.all.collection.find(there, {"_id": 1}).to_list(None)}

    async def one(self, scope: TenantScope, assessment: str, id: str) -> dict[str, Any]:
        """A measure of a self-check."""
        found = await self.all.load(scope, id, {"outbox": 0, "requests": 0})
        if found is None or found["assessment"] != assessment or found.get("deleted_at"):
            raise not_found("measure")
        return shown(found, self.today)

    async def carry_over(self, scope: TenantScope, assessment: str, earlier: str) -> dict[str, Any]:
        """What is not settled of an earlier self-check goes on in this one: `{"carried", "left"}`, ids. Left is what answers a
        field that this questionnaire has not. Repeating it changes nothing."""
        if assessment == earlier:
            raise invalid(FieldError("/assessment", "Name an earlier self-check, not this one."))
        questionnaire = await self.assessments.questionnaire(await self.assessments.document(scope, assessment))
        fields = {field.id: {question.id for question in field.questions} for field in questionnaire.fields}
        answer: dict[str, list[str]] = {"carried": [], "left": []}
        for one in await self.listed(scope, earlier):
            if one["status"] in SETTLED:
                continue
            if one["field"] not in fields:
                answer["left"].append(one["id"])
                continue

            def decide(document: Document) -> Change | None:
                if document["assessment"] != earlier:
                    return None
                before = state_of(document)
                kept = [question for question in before.questions if question in fields[before.field]]
                moved = {"assessment": assessment, "carried_from": earlier, "questions": kept}
                return self._changed(document, moved, before, assessment)

            await self.all.execute(scope, one["id"], decide, self.clock.now())
            answer["carried"].append(one["id"])
        return answer

    async def forget(self, scope: TenantScope, assessment: str) -> int:
        """Empty the measures of a self-check that was deleted; how many. Those carried over belong to a later one and stay."""
        now = self.clock.now()

        def decide(document: Document) -> Change | None:
            if document["assessment"] != assessment or document.get("deleted_at"):
                return None
            event = MeasureDeleted(assessment_id=assessment, measure_id=document["_id"])
            fields = {"title": "", "owner": "", "questions": [], "history": [], "deleted_at": now}
            return Change(fields, ["due_at", "requests", "request"], [event])

        own = scope.filter(assessment=assessment)
        for one in await self.all.collection.find(own, {"_id": 1}).to_list(None):
            await self.all.execute(scope, one["_id"], decide, now)
        return await self.all.collection.count_documents(own)

    async def remind(self, document: Document) -> None:
        """A measure is due to be reminded of. Told in the write that notes it, so each is told once."""
        now = self.clock.now()
        there = await self._kept(of_document(document), {document["assessment"]})

        def decide(current: Document) -> Change:
            if not there:
                return Change(unset=["due_at"])
            measure = state_of(current)
            due = reminder(measure)
            if due is None or due[1] > now or measure.due is None:
                return Change(*_split(_due(measure)))
            kind = due[0]
            told = sorted({*measure.told, kind, *(["soon"] if kind == "overdue" else [])})
            after = replace(measure, told=frozenset(told))
            event = MeasureDue(
                assessment_id=current["assessment"],
                measure_id=current["_id"],
                field=measure.field,
                title=measure.title,
                due=measure.due,
                state="overdue" if kind == "overdue" else "soon",
            )
            # Who learns of it only after the day is told that it is overdue, not that it soon will be.
            late = kind == "soon" and pressing(measure, self.today) == "overdue"
            sets, unset = _split({"told": told} | _due(after))
            return Change(sets, unset, [] if late else [event])

        await self.all.execute(of_document(document), document["_id"], decide, now)

    def _changed(self, document: Document, fields: Document, measure: Measure, assessment: str) -> Change:
        after = {**document, **fields}
        after["history"] = [*document["history"], _entry(measure, assessment, self.clock.now())][-100:]
        told = any(document[key] != after[key] for key in (*TOLD, "assessment"))
        sets, unset = _split(fields | {"history": after["history"]})
        return Change(sets, unset, [_event(document["_id"], after)] if told else [], shown(after, self.today))


def _due(measure: Measure) -> Document:
    """When time alone changes something; None: it does not."""
    next_one = reminder(measure)
    return {"due_at": next_one[1] if next_one else None}


def _split(fields: Document) -> tuple[Document, list[str]]:
    """A `due_at` of None is removed, so that its index holds only what is due."""
    return {k: v for k, v in fields.items() if k != "due_at" or v is not None}, [
        k for k, v in fields.items() if k == "due_at" and v is None
    ]


def _entry(measure: Measure, assessment: str, now: datetime) -> Document:
    due = measure.due.isoformat() if measure.due else None
    return {"at": now, "status": measure.status.value, "due": due, "assessment": assessment}


def _event(id: str, fields: Document) -> MeasureAgreed:
    return MeasureAgreed(
        assessment_id=fields["assessment"],
        measure_id=id,
        field=fields["field"],
        title=fields["title"],
        due=fields["due"],
        status=fields["status"],
        questions=tuple(fields["questions"]),
        carried_from=fields["carried_from"],
    )


def _order(measure: dict[str, Any]) -> tuple[bool, str, str]:
    return measure["status"] in SETTLED, measure["due"] or "9999", measure["id"]
