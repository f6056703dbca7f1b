"""Compares the perspectives of an assessment, from the reveal on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from chassis.http.problems import FieldError, invalid
from chassis.storage.tenancy import TenantScope
from services.selfcheck.assessments.assessments import Assessments, shown_perspective
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.domain import perspectives
from services.selfcheck.domain.perspectives import Comparison
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.perspectives.schemas import ComparedField, ComparisonResponse
from services.selfcheck.results.results import Results

REMEMBERED = 64
"""Comparisons that a process keeps: the board asks for the same one several times a second."""


@dataclass
class PerspectiveComparison:
    """Scores by perspective, side by side. The consensus changes none of them, so a comparison stands from the reveal on."""

    assessments: Assessments
    results: Results
    _cache: OrderedDict[tuple[str, str, str | None], ComparisonResponse] = field(default_factory=OrderedDict)

    async def show(self, scope: TenantScope, id: str, field_id: str | None = None) -> ComparisonResponse:
        """All fields of action, or the questions of one. Raises Problem 404, 409 before the reveal, 422 for an unknown field."""
        return await self.compare(scope, await self.assessments.get(scope, id), field_id)

    async def compare(
        self, scope: TenantScope, assessment: StoredAssessment, field_id: str | None = None
    ) -> ComparisonResponse:
        """As `show`, of an assessment that was read before."""
        key = (assessment.id, assessment.phase.value, field_id)
        if key not in self._cache:
            questionnaire = await self.assessments.questionnaire(assessment)
            if field_id is not None and field_id not in {one.id for one in questionnaire.fields}:
                raise invalid(FieldError("/field", "The questionnaire has no such field; correct the id."))
            result = await self.results.result(scope, assessment.id)
            if field_id is None:
                rows, compared_field = perspectives.compare_fields(questionnaire, result), None
            else:
                rows = perspectives.compare_questions(questionnaire, result, field_id)
                compared_field = _field(questionnaire, field_id)
            self._cache[key] = _to_response(assessment, compared_field, rows)
            while len(self._cache) > REMEMBERED:
                self._cache.popitem(last=False)
        return self._cache[key]


def _field(questionnaire: Questionnaire, id: str) -> ComparedField:
    return {"id": id, "title": questionnaire.field(id).title}


def _to_response(
    assessment: StoredAssessment, compared_field: ComparedField | None, rows: Sequence[Comparison]
) -> ComparisonResponse:
    widest, closest = perspectives.widest(list(rows)), perspectives.closest(list(rows))
    return {
        "perspectives": [shown_perspective(one) for one in assessment.perspectives],
        "field": compared_field,
        "rows": [{"id": one.id, "title": one.title, "scores": dict(one.scores), "gap": one.gap} for one in rows],
        "widest": widest.id if widest else None,
        "closest": closest.id if closest else None,
    }
