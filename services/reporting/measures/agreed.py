"""What a municipality agreed to do, beside the results that it follows from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import BERLIN
from services.reporting.domain.council import SETTLED, Measure
from services.reporting.measures.documents import StoredMeasure
from services.reporting.measures.repository import MeasureRepository
from services.reporting.results.repository import AssessmentRepository

STATUSES = ("planned", "started", "done", "dropped")


class AgreedMeasures:
    """Lists agreed measures: what is due first on top, settled ones last; without those of self-checks that were deleted."""

    def __init__(self, measures: MeasureRepository, assessments: AssessmentRepository, clock: Clock) -> None:
        self._measures = measures
        self._assessments = assessments
        self._clock = clock

    async def list_of_assessment(self, scope: TenantScope, assessment: str) -> list[Measure]:
        """The measures of one self-check, for the council pack."""
        return [measure for measure, _ in await self._list_with_rows(scope, assessment)]

    async def list_of_wave(self, scope: TenantScope, assessment: str) -> list[Measure]:
        """Measures agreed on with a self-check, also where the next one took them over."""
        measures = await self._list_with_rows(scope, None)
        return [measure for measure, stored in measures if assessment in (stored.assessment, stored.carried_from)]

    async def list_all(self, scope: TenantScope, assessment: str | None = None) -> list[dict[str, Any]]:
        """List the measures that were agreed: `[{id, assessment, field: {id, title}, title, due, overdue, status, as_of}]`."""
        return [
            {
                "id": measure.id,
                "assessment": stored.assessment,
                "field": {"id": measure.field, "title": measure.field_title},
                "title": measure.title,
                "due": stored.due,
                "overdue": measure.overdue,
                "status": measure.status,
                "as_of": rfc3339(stored.at),
            }
            for measure, stored in await self._list_with_rows(scope, assessment)
        ]

    async def _list_with_rows(self, scope: TenantScope, assessment: str | None) -> list[tuple[Measure, StoredMeasure]]:
        """Each measure beside the row it was read from."""
        rows = await self._measures.list_all(scope, assessment)
        titles = await self._field_titles(scope, {row.assessment for row in rows})
        today = self._clock.now().astimezone(BERLIN).date()
        measures = []
        for row in rows:
            if row.assessment not in titles:
                continue
            late = row.day is not None and row.status not in SETTLED and row.day < today
            title = titles[row.assessment].get(row.field, {})
            measures.append((Measure(row.id, row.field, title, row.title, row.status, row.day, late), row))
        return sorted(measures, key=lambda pair: (pair[0].status in SETTLED, pair[1].due or "9999", pair[0].id))

    async def _field_titles(self, scope: TenantScope, assessments: set[str]) -> dict[str, dict[str, dict[str, str]]]:
        """Titles of fields by self-check that exists, empty while its questionnaire is not known."""
        assessments_by_id = await self._assessments.get_many(scope, assessments)
        questionnaires = await self._assessments.list_questionnaires(
            {assessment.questionnaire for assessment in assessments_by_id.values()}
        )
        titles: dict[str, dict[str, dict[str, str]]] = {}
        for id, assessment in assessments_by_id.items():
            questionnaire = questionnaires.get(assessment.questionnaire)
            titles[id] = {field.id: field.title for field in questionnaire.fields} if questionnaire else {}
        return titles


def count_by_status(measures: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many there are by status, and how many of them are overdue."""
    counts = {status: sum(one["status"] == status for one in measures) for status in STATUSES}
    return counts | {"overdue": sum(one["overdue"] for one in measures)}
