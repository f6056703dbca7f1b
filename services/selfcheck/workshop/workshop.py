"""The workshop: reveal, consensus, closing."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope
from services.selfcheck.answering.repository import Sheets
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.assessments.schemas import AssessmentResponse
from services.selfcheck.domain.assessment_model import Close, Phase, RecordConsensus
from services.selfcheck.results.results import Results
from services.selfcheck.room.voting import Voting
from services.selfcheck.schemas import NewConsensus
from services.selfcheck.workshop.commands import Agree, CloseWorkshop, RevealAnswers, apply


@dataclass
class Workshop:
    """Use cases of the workshop, for moderators."""

    assessments: Assessments
    sheets: Sheets
    voting: Voting
    results: Results

    async def reveal(
        self, scope: TenantScope, id: str, by: str, request: IdempotencyKey, now: datetime
    ) -> tuple[AssessmentResponse, bool]:
        """Open the answers and end the answering; (answer, replayed).

        First the assessment says so, then every sheet is frozen; whoever looks at figures in between freezes first (`Results`).
        """
        await self.assessments.get(scope, id)
        responses = await self.results.responses(scope, id)
        people = Counter(response.perspective for response in responses if response.takes_part)
        result = await self.assessments.execute(scope, id, RevealAnswers(by, people), request, now)
        await self.sheets.freeze(scope, id)
        return result

    async def agree(
        self, scope: TenantScope, id: str, body: NewConsensus, by: str, request: IdempotencyKey, now: datetime
    ) -> tuple[AssessmentResponse, bool]:
        """Record or change a consensus; (answer, replayed)."""
        questionnaire = await self.assessments.questionnaire_of(await self.assessments.get(scope, id))
        command = RecordConsensus(questionnaire, body.question, body.agreed_level, body.reason, by, body.revision)
        return await self.assessments.execute(scope, id, Agree(command, body), request, now)

    async def close(
        self, scope: TenantScope, id: str, by: str, request: IdempotencyKey, now: datetime
    ) -> tuple[AssessmentResponse, bool]:
        """Close the workshop: the result is calculated once and stands; (answer, replayed)."""
        assessment = await self.assessments.get(scope, id)
        questionnaire = await self.assessments.questionnaire(assessment)
        if assessment.phase is not Phase.OPEN:
            await self.sheets.freeze(scope, id)
        if assessment.phase is Phase.REVEALED and assessment.open_vote is not None:
            await self.voting.close_open(scope, assessment, now)
            assessment = await self.assessments.get(scope, id)
        command = Close(questionnaire, tuple(await self.results.responses(scope, id)), by)
        # Scoring many sheets takes a while, so it is done beside the event loop; the same consensus gives the same result.
        revealed = assessment.phase is Phase.REVEALED
        ready = await asyncio.to_thread(apply, assessment.state, command, now) if revealed else None
        section = assessment.own_section if revealed else None
        own_result = await self.results.calculated_own(scope, assessment, section) if section else None
        return await self.assessments.execute(
            scope, id, CloseWorkshop(command, ready, assessment.version, own_result), request, now
        )
