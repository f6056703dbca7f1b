"""What becomes of an assessment over the years: its deadline moves, it is archived, it is deleted with a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.http.problems import conflict, not_found
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from contracts.contacts import TOPIC as CONTACTS
from contracts.envelope import Event
from contracts.selfcheck import AssessmentArchived, AssessmentDeadlineSet, AssessmentDeleted
from services.selfcheck.answering.repository import Sheets, forgotten
from services.selfcheck.assessments.assessments import Assessments, deadline_fields, shown
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.deadline import checked
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.evidence.evidence import EvidenceStore
from services.selfcheck.problems import flawed
from services.selfcheck.schemas import NewDeadline
from services.selfcheck.workshop.leftovers import Leftovers

BOOKKEEPING = {"_id", "tenant", "version", "seq", "outbox", "pending", "requests", "failures"}
KEPT = {"phase", "created_at", "deleted_at", "certificate", "due_at", "joint"}
COMMON = conflict(
    "common-deadline",
    "This self-check is part of a joint one; its district sets the deadline for all members together.",
)
REMAINS = (
    "the events of the self-check: when it was opened, revealed, closed and deleted, how many answered, and the result "
    "that disclosure control let through; no answer, no name",
    "measures that were carried over to a later self-check, which they belong to now",
)
NOTHING: Document = {
    "answers": {},
    "notes": {},
    "evidence": [],
    "label": "",
    "contact": None,
    "answered": 0,
    "resume_hash": "-",
    "final": True,
    "handed_on": [],
    "asked": None,
}


@dataclass(frozen=True)
class Lifecycle:
    """Each raises Problem 404 where there is no such assessment."""

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
    ) -> tuple[dict[str, Any], bool]:
        """By when people are asked to hand in; (answer, replayed). Whoever gets more time is told so (`reminders`).

        `common`: it is the district's, for all members of a joint self-check."""
        try:
            deadline = None if body.deadline is None else checked(body.deadline, body.reminder_days, now)
        except Invalid as error:
            raise flawed(error) from None

        def change(document: Document) -> Change:
            if Phase(document["phase"]) is not Phase.OPEN:
                raise conflict("answers-closed", "The answers have been revealed; a deadline has no meaning any more.")
            if document.get("joint") and not common:
                raise COMMON
            before = document.get("deadline")
            fields = deadline_fields(deadline, now)
            events: list[Event] = []
            if before != fields["deadline"]:
                events.append(AssessmentDeadlineSet(assessment_id=id, deadline=fields["deadline"]))
            if before and fields["deadline"] and fields["deadline"] > before:
                fields |= {"extended": True, "due_at": now}
            unset = [] if "due_at" in fields else ["due_at"]
            return Change(fields, unset, events, answer=shown({**document, **fields}))

        return await self.assessments.execute(scope, id, change, request, now)

    async def archive(
        self, scope: TenantScope, id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Put a closed assessment away; (answer, replayed)."""
        document = await self.assessments.document(scope, id)
        if document.get("archived_at"):
            return shown(document), True

        def change(document: Document) -> Change:
            if Phase(document["phase"]) is not Phase.CLOSED:
                raise conflict("assessment-not-closed", "Close the self-check before you archive it, or delete it.")
            fields = {"archived_at": now}
            event = AssessmentArchived(assessment_id=id)
            return Change(fields, events=[event], answer=shown({**document, **fields}))

        return await self.assessments.execute(scope, id, change, request, now)

    async def delete(self, scope: TenantScope, id: str, now: datetime) -> dict[str, Any]:
        """Forget an assessment with all answers, in any phase; repeating it changes nothing. See `certificate`.

        From this write on nobody finds it; `carry_out` empties the sheets one by one.
        """

        def change(document: Document) -> Change | None:
            if document.get("deleted_at"):
                return None
            gone = [key for key in document if key not in BOOKKEEPING | KEPT]
            fields = {"deleted_at": now, "due_at": now}
            return Change(fields, [key for key in gone if key not in fields], [AssessmentDeleted(assessment_id=id)])

        if await self.assessments.all.execute(scope, id, change, now) is None:
            raise not_found("assessment")
        return await self.certificate(scope, id)

    async def certificate(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """What was removed and what remains: `{id, status: running | complete, deleted_at, removed, remains}`."""
        found = await self.assessments.all.load(scope, id, {"deleted_at": 1, "certificate": 1})
        if found is None or not found.get("deleted_at"):
            raise not_found("deletion")
        certificate = found.get("certificate") or {}
        return {
            "id": id,
            "status": "complete" if certificate else "running",
            "deleted_at": rfc3339(found["deleted_at"]),
            "completed_at": rfc3339(certificate["at"]) if certificate else None,
            "removed": certificate.get("removed") or {},
            "remains": list(REMAINS),
        }

    async def carry_out(self, assessment: Document) -> None:
        """Empty every sheet, remove every file, then measures and ballots. Each step may be repeated; what is counted was counted in its write."""
        scope, id = of_document(assessment), assessment["_id"]
        for sheet in await self.sheets.all.collection.find(scope.filter(assessment=id), {"_id": 1}).to_list(None):
            await self.evidence.forget(scope, sheet["_id"])
            await self.sheets.all.execute(scope, sheet["_id"], _emptied, self.clock.now())
        removed: dict[str, int] = {}
        for sheet in await self.sheets.all.collection.find(scope.filter(assessment=id), {"removed": 1}).to_list(None):
            for kind, number in sheet["removed"].items():
                removed[kind] = removed.get(kind, 0) + number
        removed |= {kind: number for kind, number in (await self.leftovers.remove(scope, id)).items() if number}
        now = self.clock.now()
        done = Change({"certificate": {"at": now, "removed": removed}}, ["due_at"])
        await self.assessments.all.execute(scope, id, lambda _: done, now)


def _emptied(sheet: Document) -> Change | None:
    if sheet.get("removed") is not None:
        return None
    removed = {
        "answer sheets": 1,
        "answers": sheet["answered"],
        "notes": len(sheet["notes"]),
        "evidence": len(sheet.get("evidence") or ()),
        "contacts": int(sheet["contact"] is not None),
    }
    fields = {**NOTHING, "removed": removed}
    return Change(fields, ["code_hash", "addressee", "requests", "request"], forgotten(sheet), forget_topic=CONTACTS)
