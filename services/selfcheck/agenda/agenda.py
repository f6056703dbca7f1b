"""Chooses the questions for the workshop, and suggests some."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope
from services.selfcheck.agenda.commands import ChooseQuestions, chosen
from services.selfcheck.agenda.schemas import ChosenAgenda, NewAgenda, ShownAgenda
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.domain.agenda import suggested
from services.selfcheck.results.results import Results


@dataclass(frozen=True)
class WorkshopAgenda:
    """Kept with the assessment; the board, the room and the protocol go by it."""

    assessments: Assessments
    results: Results

    async def show(self, scope: TenantScope, id: str) -> ShownAgenda:
        """What is chosen and what is suggested. Raises Problem 404, 409 before the reveal."""
        found = await self.assessments.one(scope, id)
        result = await self.results.result(scope, id)
        questionnaire = await self.assessments.questionnaire(found)
        return {**chosen(found.agenda), "suggested": suggested(questionnaire, result)}

    async def choose(
        self, scope: TenantScope, id: str, body: NewAgenda, request: IdempotencyKey, now: datetime
    ) -> tuple[ChosenAgenda, bool]:
        """Choose all of it anew; (answer, replayed)."""
        questionnaire = await self.assessments.asked(await self.assessments.one(scope, id))
        command = ChooseQuestions(questionnaire, body.questions, body.revision)
        return await self.assessments.execute(scope, id, command, request, now)
