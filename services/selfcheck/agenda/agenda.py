"""Chooses the questions for the workshop, suggests some, and offers those of the self-check that is repeated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope
from services.selfcheck.agenda.commands import ChooseQuestions, chosen_agenda
from services.selfcheck.agenda.schemas import AgendaResponse, ChosenAgenda, EarlierAgenda, EarlierConsensus, NewAgenda
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.domain.agenda import carried_over, suggested
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.results.results import Results


@dataclass(frozen=True)
class WorkshopAgenda:
    """Use cases of the agenda, which is stored with the assessment; board, room and protocol follow it."""

    assessments: Assessments
    results: Results

    async def show(self, scope: TenantScope, id: str) -> AgendaResponse:
        """The chosen and the suggested questions. Raises Problem 404, 409 before the reveal."""
        assessment = await self.assessments.get(scope, id)
        result = await self.results.result(scope, id)
        questionnaire = await self.assessments.questionnaire(assessment)
        return {
            **chosen_agenda(assessment.agenda),
            "suggested": suggested(questionnaire, result),
            "earlier": await self.earlier(scope, assessment),
        }

    async def earlier(self, scope: TenantScope, assessment: StoredAssessment) -> EarlierAgenda | None:
        """Questions chosen in the self-check that this one repeats, unless that was deleted."""
        repeated = await self.assessments.all.get(scope, assessment.repeats) if assessment.repeats else None
        if repeated is None or repeated.deleted_at or not repeated.agenda.questions:
            return None
        questionnaire, consensus = await self.assessments.questionnaire_of(repeated), repeated.state.consensus
        versions = await self._versions(repeated, assessment)
        pairs = carried_over(repeated.agenda.questions, versions, repeated.own_section, assessment.own_section)

        def outcome(question: str) -> EarlierConsensus | None:
            agreed = consensus.get(question)
            if agreed is None:
                return None
            label = None if agreed.level is None else questionnaire.scale.labels[agreed.level - questionnaire.scale.min]
            return {"level": agreed.level, "label": label, "reason": agreed.reason}

        return {
            "assessment": repeated.id,
            "title": repeated.title,
            "questions": [
                {"question": present, "text": questionnaire.questions[former].text, "consensus": outcome(former)}
                for former, present in pairs
            ],
        }

    async def _versions(self, repeated: StoredAssessment, assessment: StoredAssessment) -> list[Questionnaire]:
        """From the earlier questionnaire to the present one; none where this one does not go back to it."""
        first, last = repeated.questionnaire, assessment.questionnaire
        if first == last:
            return [await self.assessments.questionnaire(assessment)]
        questionnaires = self.assessments.questionnaires
        if first.id != last.id or first.version not in await questionnaires.ancestors(last.id, last.version):
            return []
        return await questionnaires.lineage(last.id, first.version, last.version)

    async def choose(
        self, scope: TenantScope, id: str, body: NewAgenda, request: IdempotencyKey, now: datetime
    ) -> tuple[ChosenAgenda, bool]:
        """Replace the whole agenda; (answer, replayed)."""
        questionnaire = await self.assessments.questionnaire_of(await self.assessments.get(scope, id))
        command = ChooseQuestions(questionnaire, body.questions, body.revision)
        return await self.assessments.execute(scope, id, command, request, now)
