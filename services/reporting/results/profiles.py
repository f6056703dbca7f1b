"""The profile of a self-check: what its result says of each field, beside the words of its questionnaire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.http.problems import Problem, not_found
from chassis.storage.tenancy import TenantScope
from services.reporting.domain.profile import Figure, Line, profile
from services.reporting.results.documents import Assessment, Questionnaire, as_json
from services.reporting.results.repository import AssessmentRepository


class AssessmentNotClosed(Problem):
    """Figures and documents exist once the self-check is closed."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "assessment-not-closed",
            "Not possible in the present state",
            "The report exists once the assessment is closed.",
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile of a self-check. `overall` None and `lines` empty until the closing; `consensus`: overall, with what the workshop
    agreed on."""

    assessment: Assessment
    questionnaire: Questionnaire | None
    lines: Sequence[Line]
    overall: Figure | None
    consensus: float | None


class Profiles:
    """Reads profiles."""

    def __init__(self, assessments: AssessmentRepository) -> None:
        self._assessments = assessments

    async def get(self, scope: TenantScope, id: str) -> Profile:
        """The profile of a self-check. Raises Problem 404: there is none, or it was deleted."""
        assessment = await self._assessments.get(scope, id)
        if assessment is None:
            raise not_found("assessment")
        if assessment.result is None:
            return Profile(assessment, None, [], None, None)
        questionnaire = await self._assessments.get_questionnaire(assessment.questionnaire)
        fields = as_json(questionnaire.fields) if questionnaire else []
        result = assessment.figures()
        overall = result.get("overall") or {}
        lines = profile(result, fields, as_json(assessment.perspectives))
        return Profile(assessment, questionnaire, lines, Figure.of(overall), overall.get("consensus_score"))

    async def filter_existing(self, scope: TenantScope, ids: Sequence[str]) -> set[str]:
        """The ids among these whose self-check was not deleted."""
        return set(await self._assessments.get_many(scope, set(ids)))

    async def get_closed(self, scope: TenantScope, id: str) -> Profile:
        """The profile of a self-check that is closed. Raises Problem: 404, or `AssessmentNotClosed`."""
        closed_profile = await self.get(scope, id)
        if closed_profile.overall is None:
            raise AssessmentNotClosed
        return closed_profile
