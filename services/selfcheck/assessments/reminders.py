"""Reminds respondents: who has not handed in is noted in their own sheet, with the event that asks notifications to write to them.

The note and the event are one write, so a stage reaches a person once, however often the due work is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from chassis.clock import Clock, rfc3339
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope, of_stored
from contracts.selfcheck import ReminderDue
from services.selfcheck.answering.documents import StoredSheet
from services.selfcheck.answering.repository import Sheets
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.assessments.commands import RemindersSent
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.deadline import PLACE

EXTENDED = "extended"
BY_HAND = "by-hand"


@dataclass(frozen=True)
class Remind:
    """Remind whoever was invited, unless they need not be written to: handed in, taken back, without an address, or reminded of
    this already."""

    deadline: datetime | None
    stage: str

    def decide(self, sheet: StoredSheet, now: datetime) -> Decision[StoredSheet] | None:
        # A stage counts anew when the deadline moved; by hand, once a day.
        day = now.astimezone(PLACE).date().isoformat()
        occasion = day if self.stage == BY_HAND else rfc3339(self.deadline) if self.deadline else "-"
        note = f"{self.stage} {occasion}"
        over = sheet.final or sheet.submitted_at or sheet.revoked_at
        if over or sheet.contact is None or note in sheet.reminded:
            return None
        event = ReminderDue(
            assessment_id=sheet.assessment,
            respondent_id=sheet.id,
            contact_id=sheet.contact,
            stage=self.stage,
            deadline=self.deadline,
            not_after=self.deadline,
        )
        return Decision(replace(sheet, reminded=(*sheet.reminded, note), reminded_at=now), [event])


@dataclass(frozen=True)
class Reminders:
    """Sends the reminders of assessments that are due."""

    assessments: Assessments
    sheets: Sheets
    clock: Clock

    async def carry_out(self, assessment: StoredAssessment) -> None:
        """Remind whoever has not handed in, then note when to look again."""
        scope, now = of_stored(assessment), self.clock.now()
        deadline = assessment.asked_until
        if deadline and assessment.phase is Phase.OPEN and now < deadline.at:
            stages = [EXTENDED] if assessment.extended else []
            if stage := deadline.due(now):
                stages.append(stage)
            for next_stage in stages[:1]:  # somebody who just learned of more time is not reminded in the same minute
                await self._remind_all(scope, assessment, next_stage, now)
        command = RemindersSent(assessment.deadline)
        await self.assessments.all.change(scope, assessment.id, lambda current: command.decide(current, now), now)

    async def _remind_all(self, scope: TenantScope, assessment: StoredAssessment, stage: str, now: datetime) -> None:
        command = Remind(assessment.deadline, stage)
        for id in await self.sheets.to_be_reminded(scope, assessment.id):
            await self.sheets.change(scope, id, lambda sheet: command.decide(sheet, now), now)
