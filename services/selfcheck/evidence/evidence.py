"""Evidence beside answers: links stand in the sheet, files in documents of their own, erased with the sheet.

A file is written before the sheet that names it: what no sheet names is read by nobody, and goes when the sheet goes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from pymongo import ASCENDING, IndexModel

from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Collection, Document
from chassis.storage.tenancy import TenantScope, of_document
from services.selfcheck.answering.answering import Answering
from services.selfcheck.answering.repository import hashed
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.evidence import Evidence, Unfit, safe_name
from services.selfcheck.domain.sheet import Attach, Detach
from services.selfcheck.evidence.file_check import FileCheck
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
    """Raises like `Answering`. `files`: `{_id, tenant, sheet, assessment, type, name, content}`."""

    answering: Answering
    assessments: Assessments
    files: Collection
    checks: FileCheck = field(default_factory=FileCheck)

    async def ensure_indexes(self) -> None:
        await self.files.create_indexes([IndexModel([("tenant", ASCENDING), ("sheet", ASCENDING)], name="sheet")])

    async def add_link(
        self, code: str, body: NewLink, resume: str | None, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Put a link beside an answer; (what was added, replayed), with the `resume_code` where this claimed the sheet."""
        evidence = Evidence(_new_id(request), body.question, "link", body.name or body.url, url=body.url)
        return await self._attach(code, evidence, self.answering.claiming(resume), request, now)

    async def add_file(
        self,
        code: str,
        question: str,
        name: str,
        content: bytes,
        resume: str | None,
        request: IdempotencyKey,
        now: datetime,
    ) -> tuple[dict[str, Any], bool]:
        """Put a file beside an answer; as `add_link`. Raises Problem 422 for files that are not taken."""
        document = await self.answering.claimed_by(code, resume)
        try:
            kind = await self.checks.kind_of(content)
        except Unfit as unfit:
            raise invalid(FieldError("/file", str(unfit))) from None
        evidence = Evidence(
            _new_id(request), question, "file", safe_name(name, kind), type=kind.type, size=len(content)
        )
        mine = self.answering.claiming(resume)
        if all(evidence.id != one["id"] for one in document.get("evidence") or ()):
            # Asked first, so that nothing is stored of what is refused.
            command = Attach(await self.answering.questionnaire(document), evidence, hashed(mine))
            self.answering.decide(document, command, now)
            fields = {
                "tenant": document["tenant"],
                "sheet": document["_id"],
                "assessment": document["assessment"],
                "name": evidence.name,
                "type": evidence.type,
                "content": content,
            }
            await self.files.update_one({"_id": evidence.id}, {"$setOnInsert": fields}, upsert=True)
        return await self._attach(code, evidence, mine, request, now)

    async def remove(self, code: str, id: str, resume: str | None, now: datetime) -> None:
        """Take evidence away; a file is gone at once."""
        document = await self.answering.claimed_by(code, resume)
        await self.answering.execute(code, Detach(id, hashed(resume or "")), None, now)
        await self.files.delete_one(of_document(document).filter(_id=id, sheet=document["_id"]))

    async def own_file(self, code: str, id: str, resume: str | None) -> File:
        """A file of one's own sheet."""
        document = await self.answering.claimed_by(code, resume)
        if document.get("resume_hash") is None:
            raise not_found("file")
        return await self._file(of_document(document), document, id)

    async def of_assessment(self, scope: TenantScope, assessment: str) -> list[dict[str, Any]]:
        """All evidence of an assessment from the reveal on, by question, without a word of who gave it.

        Raises:
            Problem: 404 there is no such assessment; 409 before the reveal.
        """
        sheets = await self._revealed(scope, assessment)
        found = [piece for sheet in sheets for piece in sheet.get("evidence") or ()]
        # Ids of older evidence rise with time and so would tell who was first; the order by name tells nothing.
        return sorted(found, key=lambda one: (one["question"], one["name"], one["id"]))

    async def file_of(self, scope: TenantScope, assessment: str, id: str) -> File:
        """A file, for staff, from the reveal on."""
        for sheet in await self._revealed(scope, assessment):
            if any(piece["id"] == id for piece in sheet.get("evidence") or ()):
                return await self._file(scope, sheet, id)
        raise not_found("file")

    async def forget(self, scope: TenantScope, sheet: str) -> int:
        """Remove every file of a sheet; how many there were."""
        return int((await self.files.delete_many(scope.filter(sheet=sheet))).deleted_count)

    async def _revealed(self, scope: TenantScope, assessment: str) -> list[Document]:
        document = await self.assessments.document(scope, assessment)
        if Phase(document["phase"]) is Phase.OPEN:
            raise NOT_YET
        return await self.answering.sheets.of(scope, assessment, {"evidence": 1})

    async def _file(self, scope: TenantScope, sheet: Document, id: str) -> File:
        named = next((one for one in sheet.get("evidence") or () if one["id"] == id and one["kind"] == "file"), None)
        stored = await self.files.find_one(scope.filter(_id=id, sheet=sheet["_id"])) if named else None
        if named is None or stored is None:
            raise not_found("file")
        return File(named["name"], named["type"], bytes(stored["content"]))

    async def _attach(
        self, code: str, evidence: Evidence, mine: str, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        document = await self.answering.found(code)
        command = Attach(await self.answering.questionnaire(document), evidence, hashed(mine))
        answer, replayed = await self.answering.execute(code, command, request, now, lambda _: asdict(evidence))
        return answer | ({"resume_code": mine} if document.get("resume_hash") is None else {}), replayed


def _new_id(request: IdempotencyKey) -> str:
    """Derived from the key of the request, or random: an id that rises with time would tell when somebody answered."""
    return request.new_document_id() if request.key else str(uuid4())
