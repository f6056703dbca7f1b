"""Reminding: who has not handed in is noted in their own sheet, with the event that asks notifications to write to them.

The note and the event are one write, so a stage reaches a person once, however often the due work is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.storage.aggregates import Change
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from contracts.selfcheck import ReminderDue
from services.selfcheck.answering.repository import Sheets
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.deadline import PLACE, Deadline

EXTENDED = "extended"


def deadline_of(assessment: Document) -> Deadline | None:
    """The deadline of a stored assessment."""
    at = assessment.get("deadline")
    return Deadline(at, tuple(assessment["reminder_days"])) if at else None


def next_due(deadline: Deadline | None, now: datetime) -> datetime | None:
    """When an open assessment has to be looked at again."""
    return deadline.next_after(now) if deadline else None


def reminder(sheet: Document, assessment: Document, stage: str, now: datetime) -> Change | None:
    """The note and the event, or None for whoever need not be written to: handed in, taken back, without an address, or
    reminded of this already."""
    deadline: datetime | None = assessment.get("deadline")
    # A stage counts anew when the deadline moved; by hand, once a day.
    day = now.astimezone(PLACE).date().isoformat()
    note = f"{stage} {day if stage == 'by-hand' else rfc3339(deadline) if deadline else '-'}"
    noted: list[str] = sheet.get("reminded") or []
    over = sheet["final"] or sheet.get("submitted_at") or sheet.get("revoked_at")
    if over or sheet["contact"] is None or note in noted:
        return None
    event = ReminderDue(
        assessment_id=sheet["assessment"],
        respondent_id=sheet["_id"],
        contact_id=sheet["contact"],
        stage=stage,
        deadline=deadline,
        not_after=deadline,
    )
    return Change({"reminded": [*noted, note], "reminded_at": now}, events=[event])


@dataclass(frozen=True)
class Reminders:
    """Carried out where an assessment is due."""

    assessments: Assessments
    sheets: Sheets
    clock: Clock

    async def carry_out(self, assessment: Document) -> None:
        """Remind whoever has not handed in, then note when to look again."""
        scope, now = of_document(assessment), self.clock.now()
        deadline = deadline_of(assessment)
        if deadline and Phase(assessment["phase"]) is Phase.OPEN and now < deadline.at:
            stages = [EXTENDED] if assessment.get("extended") else []
            if stage := deadline.due(now):
                stages.append(stage)
            for one in stages[:1]:  # somebody who just learned of more time is not reminded in the same minute
                await self._remind_all(scope, assessment, one, now)

        def looked_after(current: Document) -> Change:
            if current.get("deadline") != assessment.get("deadline"):
                return Change()  # moved meanwhile: it is due anew
            later = next_due(deadline_of(current), now) if Phase(current["phase"]) is Phase.OPEN else None
            return Change({"due_at": later}, ["extended"]) if later else Change(unset=["due_at", "extended"])

        await self.assessments.all.execute(scope, assessment["_id"], looked_after, now)

    async def _remind_all(self, scope: TenantScope, assessment: Document, stage: str, now: datetime) -> None:
        waiting = scope.filter(
            assessment=assessment["_id"], contact={"$type": "string"}, submitted_at=None, revoked_at=None, final=False
        )
        found = await self.sheets.all.collection.find(waiting, {"_id": 1}).to_list(None)

        def decide(sheet: Document) -> Any:
            return reminder(sheet, assessment, stage, now)

        for sheet in found:
            await self.sheets.all.execute(scope, sheet["_id"], decide, now)
