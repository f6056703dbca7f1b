"""Use cases of measures. The owner, a role or an office, stays here; events carry title, day and state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from chassis.clock import Clock
from chassis.http.problems import FieldError, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.measure import SETTLED, agree
from services.selfcheck.measures.commands import (
    CarryOver,
    ChangeMeasure,
    Command,
    EraseMeasure,
    RemindOfMeasure,
    agreed,
    day_of,
    fields_of,
    history_entry,
    with_due,
)
from services.selfcheck.measures.documents import StoredMeasure
from services.selfcheck.measures.repository import MeasureRepository
from services.selfcheck.measures.responses import to_response
from services.selfcheck.measures.schemas import Carried, MeasureChange, MeasureResponse, NewMeasure
from services.selfcheck.problems import flawed, refused


@dataclass(frozen=True)
class Measures:
    """Use cases on measures. Unknown ones raise Problem 404, flaws 422, what is not possible now 409."""

    all: MeasureRepository
    assessments: Assessments
    clock: Clock

    @property
    def today(self) -> date:
        return day_of(self.clock.now())

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
            history=(history_entry(measure, assessment, now),),
            **fields_of(measure),
        )
        answer: tuple[MeasureResponse, bool] = await self.all.add_once(
            scope, with_due(made), [agreed(made)], to_response(made, self.today), request, now
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


def _order(measure: MeasureResponse) -> tuple[bool, str, str]:
    return measure["status"] in SETTLED, measure["due"] or "9999", measure["id"]
