"""Use cases of an assessment's life cycle: its deadline moves, it is archived, it is deleted with a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.clock import Clock, rfc3339
from chassis.http.problems import not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope, of_stored
from services.selfcheck.answering.commands import EmptySheet
from services.selfcheck.answering.repository import Sheets
from services.selfcheck.assessments.assessments import Assessments, to_response
from services.selfcheck.assessments.commands import Archive, Certify, Delete, SetDeadline
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.assessments.schemas import AssessmentResponse, CertificateResponse
from services.selfcheck.domain.deadline import checked
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.evidence.evidence import EvidenceStore
from services.selfcheck.problems import flawed
from services.selfcheck.schemas import NewDeadline
from services.selfcheck.workshop.leftovers import Leftovers

REMAINS = (
    "the events of the self-check: when it was opened, revealed, closed and deleted, how many answered, and the result "
    "that disclosure control let through; no answer, no name",
    "measures that were carried over to a later self-check, which they belong to now",
)


@dataclass(frozen=True)
class Lifecycle:
    """Use cases that end an assessment's life. Each raises Problem 404 where there is no such assessment."""

    assessments: Assessments
    sheets: Sheets
    evidence: EvidenceStore
    leftovers: Leftovers
    clock: Clock

    async def set_deadline(
        self,
        scope: TenantScope,
        id: str,
        body: NewDeadline,
        request: IdempotencyKey,
        now: datetime,
        common: bool = False,
    ) -> tuple[AssessmentResponse, bool]:
        """Set the time by which people are asked to hand in; (answer, replayed). `common`: see `SetDeadline`."""
        try:
            deadline = None if body.deadline is None else checked(body.deadline, body.reminder_days, now)
        except Invalid as error:
            raise flawed(error) from None
        return await self.assessments.execute(scope, id, SetDeadline(deadline, common), request, now)

    async def archive(
        self, scope: TenantScope, id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[AssessmentResponse, bool]:
        """Put a closed assessment away; (answer, replayed)."""
        assessment = await self.assessments.get(scope, id)
        if assessment.archived_at:
            return to_response(assessment), True
        return await self.assessments.execute(scope, id, Archive(), request, now)

    async def delete(self, scope: TenantScope, id: str, now: datetime) -> CertificateResponse:
        """Delete an assessment with all answers, in any phase; repeating it changes nothing. See `certificate`.

        From this write on nobody finds it; `carry_out` empties the sheets one by one.
        """
        if (
            await self.assessments.all.erase_to(scope, id, lambda assessment: Delete().decide(assessment, now), now)
            is None
        ):
            raise not_found("assessment")
        return await self.certificate(scope, id)

    async def certificate(self, scope: TenantScope, id: str) -> CertificateResponse:
        """The certificate of a deletion: what was removed and what remains."""
        assessment = await self.assessments.all.get(scope, id)
        if assessment is None or not assessment.deleted_at:
            raise not_found("deletion")
        certificate = assessment.certificate
        return {
            "id": id,
            "status": "complete" if certificate else "running",
            "deleted_at": rfc3339(assessment.deleted_at),
            "completed_at": rfc3339(certificate.at) if certificate else None,
            "removed": certificate.removed if certificate else {},
            "remains": list(REMAINS),
        }

    async def carry_out(self, assessment: StoredAssessment) -> None:
        """Carry out a deletion: empty every sheet, remove every file, then measures and ballots. Each step may be repeated; what is counted was counted in its write."""
        scope, id, now = of_stored(assessment), assessment.id, self.clock.now()
        for sheet_id in await self.sheets.ids_of(scope, id):
            await self.evidence.erase(scope, sheet_id)
            await self.sheets.erase_to(scope, sheet_id, lambda sheet: EmptySheet().decide(sheet, now), now)
        removed = await self.sheets.removed(scope, id)
        removed |= {kind: number for kind, number in (await self.leftovers.remove(scope, id)).items() if number}
        command = Certify(removed)
        await self.assessments.all.change(scope, id, lambda current: command.decide(current, now), now)
