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
    day_of,
    fields_of,
    history_entry,
    measure_agreed,
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
        stored_assessment = await self.assessments.get(scope, assessment)
        questionnaire, now = await self.assessments.questionnaire(stored_assessment), self.clock.now()
        try:
            measure = agree(questionnaire, body.model_dump(), self.today)
        except Invalid as error:
            raise flawed(error) from None
        stored = StoredMeasure(
            id=request.new_document_id(),
            tenant=scope.tenant,
            assessment=assessment,
            history=(history_entry(measure, assessment, now),),
            **fields_of(measure),
        )
        answer: tuple[MeasureResponse, bool] = await self.all.add_once(
            scope, with_due(stored), [measure_agreed(stored)], to_response(stored, self.today), request, now
        )
        return answer

    async def change(self, scope: TenantScope, assessment: str, id: str, body: MeasureChange) -> MeasureResponse:
        """Change what is given; saying the same twice changes nothing."""
        stored_assessment = await self.assessments.get(scope, assessment)
        questionnaire = await self.assessments.questionnaire(stored_assessment)
        response = await self._execute(
            scope, id, ChangeMeasure(assessment, questionnaire, body.changes(), body.revision), self.clock.now()
        )
        if response is None:
            raise not_found("measure")
        return response

    async def list_all(self, scope: TenantScope, assessment: str | None = None) -> list[MeasureResponse]:
        """Measures of one self-check or of all, what is due first on top, settled ones last."""
        if assessment is not None:
            await self.assessments.get(scope, assessment)
        measures = await self.all.existing(scope, assessment)
        existing_assessments = await self.assessments.existing(scope, {one.assessment for one in measures})
        return sorted(
            (to_response(one, self.today) for one in measures if one.assessment in existing_assessments),
            key=_urgency_order,
        )

    async def get(self, scope: TenantScope, assessment: str, id: str) -> MeasureResponse:
        """A measure of a self-check."""
        measure = await self.all.get(scope, id)
        if measure is None or measure.assessment != assessment or measure.deleted_at:
            raise not_found("measure")
        return to_response(measure, self.today)

    async def carry_over(self, scope: TenantScope, assessment: str, earlier: str) -> Carried:
        """Carry over what is not settled of an earlier self-check: `{"carried", "left"}`, ids. Left is what answers a
        field that this questionnaire has not. Repeating it changes nothing."""
        if assessment == earlier:
            raise invalid(FieldError("/assessment", "Name an earlier self-check, not this one."))
        questionnaire = await self.assessments.questionnaire(await self.assessments.get(scope, assessment))
        fields = {field.id: {question.id for question in field.questions} for field in questionnaire.fields}
        answer: Carried = {"carried": [], "left": []}
        for measure in await self.list_all(scope, earlier):
            if measure["status"] in SETTLED:
                continue
            if measure["field"] not in fields:
                answer["left"].append(measure["id"])
                continue
            await self._execute(scope, measure["id"], CarryOver(earlier, assessment, fields), self.clock.now())
            answer["carried"].append(measure["id"])
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
        existing = await self.assessments.existing(scope, {measure.assessment})
        await self._execute(scope, measure.id, RemindOfMeasure(bool(existing)), self.clock.now())

    async def _execute(self, scope: TenantScope, id: str, command: Command, now: datetime) -> MeasureResponse | None:
        try:
            result = await self.all.change(scope, id, lambda measure: command.decide(measure, now), now)
        except Invalid as error:
            raise flawed(error) from None
        except Refused as error:
            raise refused(error) from None
        if result is None:
            raise not_found("measure")
        answer: MeasureResponse | None = result[0]
        return answer


def _urgency_order(measure: MeasureResponse) -> tuple[bool, str, str]:
    return measure["status"] in SETTLED, measure["due"] or "9999", measure["id"]
