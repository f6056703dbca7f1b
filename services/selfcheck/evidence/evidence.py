"""Evidence beside answers: links stand in the sheet, files in documents of their own, erased with the sheet.

A file is written before the sheet that names it: what no sheet names is read by nobody, and goes when the sheet goes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope, of_stored
from services.selfcheck.answering.answering import Answering, shown_evidence
from services.selfcheck.answering.documents import StoredSheet
from services.selfcheck.answering.repository import SheetEvidence, hashed
from services.selfcheck.answering.schemas import EvidenceResponse
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.evidence import Evidence, Unfit, safe_name
from services.selfcheck.domain.sheet_model import Attach, Detach
from services.selfcheck.evidence.documents import StoredFile
from services.selfcheck.evidence.file_check import FileCheck
from services.selfcheck.evidence.repository import EvidenceFiles
from services.selfcheck.evidence.schemas import EvidenceAdded
from services.selfcheck.schemas import NewLink

NOT_YET = conflict(
    "assessment-not-revealed", "Evidence is shown from the reveal on; until then everybody answers blind."
)


@dataclass(frozen=True)
class File:
    """What a download holds."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class EvidenceStore:
    """Use cases of evidence. Raises like `Answering`."""

    answering: Answering
    assessments: Assessments
    files: EvidenceFiles
    checks: FileCheck = field(default_factory=FileCheck)

    async def add_link(
        self, code: str, body: NewLink, resume: str | None, request: IdempotencyKey, now: datetime
    ) -> tuple[EvidenceAdded, bool]:
        """Put a link beside an answer; (what was added, replayed), with the `resume_code` where this claimed the sheet."""
        evidence = Evidence(_new_id(request), body.question, "link", body.name or body.url, url=body.url)
        return await self._attach(code, evidence, self.answering.choose_resume_code(resume), request, now)

    async def add_file(
        self,
        code: str,
        question: str,
        name: str,
        content: bytes,
        resume: str | None,
        request: IdempotencyKey,
        now: datetime,
    ) -> tuple[EvidenceAdded, bool]:
        """Put a file beside an answer; as `add_link`. Raises Problem 422 for files that are not taken."""
        sheet = await self.answering.get_claimed(code, resume)
        try:
            kind = await self.checks.kind_of(content)
        except Unfit as unfit:
            raise invalid(FieldError("/file", str(unfit))) from None
        evidence = Evidence(
            _new_id(request), question, "file", safe_name(name, kind), type=kind.type, size=len(content)
        )
        resume_code = self.answering.choose_resume_code(resume)
        if all(evidence.id != one.id for one in sheet.evidence):
            # Asked first, so that nothing is stored of what is refused.
            command = Attach(await self.answering.questionnaire(sheet), evidence, hashed(resume_code))
            self.answering.decide(sheet, command, now)
            file = StoredFile(
                id=evidence.id,
                tenant=sheet.tenant,
                sheet=sheet.id,
                assessment=sheet.assessment,
                name=evidence.name,
                type=kind.type,
                content=content,
            )
            await self.files.insert_if_absent(file)
        return await self._attach(code, evidence, resume_code, request, now)

    async def remove(self, code: str, id: str, resume: str | None, now: datetime) -> None:
        """Take evidence away; a file is gone at once."""
        sheet = await self.answering.get_claimed(code, resume)
        await self.answering.execute(code, Detach(id, hashed(resume or "")), None, now)
        await self.files.remove(of_stored(sheet), sheet.id, id)

    async def own_file(self, code: str, id: str, resume: str | None) -> File:
        """A file of one's own sheet."""
        sheet = await self.answering.get_claimed(code, resume)
        if sheet.resume_hash is None:
            raise not_found("file")
        return await self._file(of_stored(sheet), sheet, id)

    async def of_assessment(self, scope: TenantScope, assessment: str) -> list[EvidenceResponse]:
        """All evidence of an assessment from the reveal on, by question, without a word of who gave it.

        Raises:
            Problem: 404 there is no such assessment; 409 before the reveal.
        """
        pieces = [piece for sheet in await self._revealed(scope, assessment) for piece in sheet.evidence]
        # Ids of older evidence rise with time and so would tell who was first; the order by name tells nothing.
        return [shown_evidence(one) for one in sorted(pieces, key=lambda one: (one.question, one.name, one.id))]

    async def file_of(self, scope: TenantScope, assessment: str, id: str) -> File:
        """A file, for staff, from the reveal on."""
        for sheet in await self._revealed(scope, assessment):
            if any(piece.id == id for piece in sheet.evidence):
                return await self._file(scope, sheet, id)
        raise not_found("file")

    async def erase(self, scope: TenantScope, sheet: str) -> None:
        """Remove every file of a sheet."""
        await self.files.remove_all(scope, sheet)

    async def _revealed(self, scope: TenantScope, assessment: str) -> list[SheetEvidence]:
        if (await self.assessments.get(scope, assessment)).phase is Phase.OPEN:
            raise NOT_YET
        return await self.answering.sheets.evidence_of(scope, assessment)

    async def _file(self, scope: TenantScope, sheet: StoredSheet | SheetEvidence, id: str) -> File:
        piece = next((one for one in sheet.evidence if one.id == id and one.kind == "file"), None)
        stored = await self.files.get(scope, sheet.id, id) if piece else None
        if piece is None or stored is None:
            raise not_found("file")
        return File(piece.name, stored.type, stored.content)

    async def _attach(
        self, code: str, evidence: Evidence, resume_code: str, request: IdempotencyKey, now: datetime
    ) -> tuple[EvidenceAdded, bool]:
        sheet = await self.answering.get_by_code(code)
        command = Attach(await self.answering.questionnaire(sheet), evidence, hashed(resume_code))
        response: EvidenceResponse
        response, replayed = await self.answering.execute(
            code, command, request, now, lambda _: shown_evidence(evidence)
        )
        added: EvidenceAdded = {**response}  # type: ignore[typeddict-item]
        if sheet.resume_hash is None:
            added["resume_code"] = resume_code
        return added, replayed


def _new_id(request: IdempotencyKey) -> str:
    """A new id, derived from the key of the request, or random: an id that rises with time would tell when somebody answered."""
    return request.new_document_id() if request.key else str(uuid4())
