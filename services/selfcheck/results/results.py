"""Figures of shown cells, from the reveal on: what is shown, how it came about, and by which version of the rule."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.tenancy import TenantScope
from disclosure import RULE
from disclosure.figures import Figures
from disclosure.result import Result, result, spread_by_perspective
from disclosure.trace import trace_field, trace_overall, trace_question
from services.selfcheck.answering.repository import Sheets
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.domain.assessment_model import Assessment, Phase
from services.selfcheck.domain.own_section import SECTION, OwnSection, alone, own_answers, without_own
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import figures_of
from services.selfcheck.domain.voices import voices
from services.selfcheck.results.schemas import OwnResult, Trace

NOT_REVEALED = conflict(
    "assessment-not-revealed", "Figures are shown from the reveal on; until then everybody answers blind."
)
EARLIER_RULE = conflict(
    "result-of-earlier-rule",
    "This result was published under an earlier rule for small groups. It stands as it was told; how it came about is not "
    "available any more.",
)
REMEMBERED = 32
"""Assessments whose figures a process keeps; they change with the consensus only."""


@dataclass
class Results:
    """Figures as everybody sees them; the only use case that has sheets counted."""

    assessments: Assessments
    sheets: Sheets
    _cache: OrderedDict[tuple[str, int], CachedFigures] = field(default_factory=OrderedDict)
    _own: OrderedDict[str, OwnResult] = field(default_factory=OrderedDict)

    async def result(self, scope: TenantScope, id: str) -> Result:
        """The shown result: as of now after the reveal, for good after the closing. Problem 409 before."""
        assessment = await self.assessments.get_with_figures(scope, id)
        stored = assessment.published_result
        if stored is not None:
            return {**stored, "disclosure_rule": assessment.rule}
        cached = await self._cached_figures(scope, assessment)
        if cached.result is None:
            shown = await asyncio.to_thread(result, cached.figures)
            cached.result = {**shown, "disclosure_rule": RULE}
        return cached.result

    async def trace(self, scope: TenantScope, id: str, question: str | None, field_id: str | None) -> Trace:
        """How a figure came about: of a question, of a field, or the overall score. Problem 409 where that is not told."""
        assessment = await self.assessments.get(scope, id)
        questionnaire = await self.assessments.questionnaire(assessment)
        if question is not None and question not in questionnaire.questions:
            raise invalid(FieldError("/question", "The questionnaire has no such question; correct the id."))
        if field_id is not None and field_id not in {one.id for one in questionnaire.fields}:
            raise invalid(FieldError("/field", "The questionnaire has no such field; correct the id."))
        figures = await self.figures(scope, assessment)
        if question is not None:
            criteria = questionnaire.field_of[question].criteria
            criterion = next(
                criterion.id for criterion in criteria if any(one.id == question for one in criterion.questions)
            )
            return {"criterion": criterion, **trace_question(figures, question)}
        return trace_overall(figures) if field_id is None else trace_field(figures, field_id)

    async def figures(self, scope: TenantScope, assessment: StoredAssessment) -> Figures:
        """All figures of shown cells. Raises Problem 409 before the reveal, and for a result of an earlier rule."""
        if assessment.rule != RULE:
            raise EARLIER_RULE
        return (await self._cached_figures(scope, assessment)).figures

    async def _cached_figures(self, scope: TenantScope, assessment: StoredAssessment) -> CachedFigures:
        state = assessment.state
        if state.phase is Phase.OPEN:
            raise NOT_REVEALED
        # From the reveal on only the consensus changes figures.
        key = (state.id, sum(one.revision for one in state.consensus.values()))
        if key not in self._cache:
            await self.sheets.freeze(scope, state.id)
            questionnaire = await self.assessments.questionnaire(assessment)
            responses = await self.responses(scope, state.id)
            self._cache[key] = CachedFigures(await _figures(state, questionnaire, responses, state.agreed))
            while len(self._cache) > REMEMBERED:
                self._cache.popitem(last=False)
        return self._cache[key]

    async def responses(self, scope: TenantScope, id: str) -> list[Response]:
        """The responses to the questionnaire, one for each voice."""
        return [without_own(one) for one in await self._voices(scope, id)]

    async def own_result(self, scope: TenantScope, id: str) -> OwnResult:
        """Figures of the municipality's own questions: as of now after the reveal, for good after the closing.

        Raises:
            Problem: 404 there are none; 409 before the reveal.
        """
        assessment = await self.assessments.get_with_figures(scope, id)
        if assessment.own_section is None:
            raise not_found("section of its own")
        if assessment.own_result is not None:
            return cast("OwnResult", assessment.own_result)
        if assessment.phase is Phase.OPEN:
            raise NOT_REVEALED
        return await self.calculated_own(scope, assessment, assessment.own_section)

    async def calculated_own(
        self, scope: TenantScope, assessment: StoredAssessment, own_section: OwnSection
    ) -> OwnResult:
        """Calculate the result of the own questions from everybody's frozen answers; from the reveal on nothing changes it."""
        if assessment.id not in self._own:
            self._own[assessment.id] = await self._calculated_own(scope, assessment, own_section)
            while len(self._own) > REMEMBERED:
                self._own.popitem(last=False)
        return self._own[assessment.id]

    async def _calculated_own(
        self, scope: TenantScope, assessment: StoredAssessment, own_section: OwnSection
    ) -> OwnResult:
        await self.sheets.freeze(scope, assessment.id)
        questionnaire = alone(await self.assessments.questionnaire(assessment), own_section)
        responses = [own_answers(one) for one in await self._voices(scope, assessment.id)]
        figures = await _figures(assessment.state, questionnaire, responses)
        own_result = await asyncio.to_thread(result, figures)
        return {
            "title": own_section.title,
            "whole": own_result["fields"][SECTION],
            "questions": [
                {
                    "id": one.id,
                    "text": one.text,
                    **own_result["questions"][one.id],
                    "spreads": spread_by_perspective(figures, one.id),
                }
                for one in questionnaire.questions.values()
            ],
        }

    async def _voices(self, scope: TenantScope, id: str) -> list[Response]:
        return voices([sheet.state for sheet in await self.sheets.list_of_assessment(scope, id)])


async def _figures(
    state: Assessment,
    questionnaire: Questionnaire,
    responses: Sequence[Response],
    consensus: Mapping[str, int] | None = None,
) -> Figures:
    """Calculate figures in a thread, because many responses take a while."""
    return await asyncio.to_thread(
        figures_of,
        questionnaire,
        responses,
        consensus=consensus,
        minimum_group=state.minimum_group,
        perspectives=[one.id for one in state.perspectives],
        institutions=state.institutions,
    )


@dataclass
class CachedFigures:
    """The figures of one state of an assessment, kept; and the result, which takes longer, once somebody asked for it."""

    figures: Figures
    result: Result | None = None
