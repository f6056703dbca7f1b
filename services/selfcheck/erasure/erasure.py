"""ErasureByLink a respondent: their link, label, notes and evidence go, and before the reveal their answers too.

From the reveal on what they ticked stays as a number without a person, because a result that was told must not change: the
difference would show what they had answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chassis.clock import Clock
from chassis.messaging.outbox import Outgoing, Tombstone
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.erasure_receipts import is_repeat, people_of, receipt, receipt_for
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from contracts.selfcheck import ErasureReceipted
from services.selfcheck.answering.repository import Sheets
from services.selfcheck.evidence.evidence import EvidenceStore

REMAINS = "answers of the self-check, without any reference to the person"


@dataclass(frozen=True)
class Erasure:
    """Carries out what `subscriptions` noted. Each step may be repeated."""

    sheets: Sheets
    evidence: EvidenceStore
    erasures: Aggregates
    clock: Clock

    async def carry_out(self, document: Document) -> None:
        """Forget these contacts and write the receipt, in the name of the tenant that asked."""
        scope, people = of_document(document), people_of(document)
        removed: dict[str, int] = {}
        found = await self.sheets.all.collection.find(
            scope.filter(**{"$or": [{"contact": {"$in": people}}, {"erased.contact": {"$in": people}}]}), {"_id": 1}
        ).to_list(None)
        kept = False
        for sheet in found:
            before = await self.forget(scope, sheet["_id"], again=is_repeat(document))
            removed["answer links"] = removed.get("answer links", 0) + 1
            for kind in ("answers", "notes", "evidence"):
                removed[kind] = removed.get(kind, 0) + before.get(kind, 0)
            kept = kept or before.get("kept", True)
        event = ErasureReceipted(
            person_id=receipt_for(document),
            removed={kind: count for kind, count in removed.items() if count},
            remains=(REMAINS,) if kept else (),
        )
        await receipt(self.erasures, document, event, self.clock)

    async def forget_respondents(self, departure: Document) -> None:
        """A municipality leaves: the contacts of its respondents go first, while it is known who they are."""
        known = of_document(departure).filter(contact={"$ne": None})
        for sheet in await self.sheets.all.collection.find(known, {"_id": 1}).to_list(None):
            await self.forget(of_document(departure), sheet["_id"])

    async def forget(
        self, scope: TenantScope, id: str, again: bool = False, fields: Document | None = None
    ) -> dict[str, Any]:
        """The link ends, what was written in words goes, and what was not revealed. Gives what was there at the first time.

        `fields` are noted beside; `again`: also where it was done before. Repeating it changes nothing.
        """

        def forget(sheet: Document) -> Change:
            before = _before(sheet)
            if sheet.get("erased") and not again:
                return Change(answer=before)
            emptied: Document = {
                "notes": {},
                "evidence": [],
                "label": "",
                "contact": None,
                "resume_hash": "-",
                "final": True,
                "erased": before,
                **({} if before.get("kept", True) else {"answers": {}, "answered": 0}),
                **(fields or {}),
            }
            kept = {"f": "", "a": None, "t": sheet["invited_at"]}
            known = before["contact"]
            gone = [Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), known)] if known else []
            unset = ["code_hash", "addressee", "requests"]
            return Change({**emptied, "request": kept}, unset, gone, before, forget_topic=CONTACTS)

        done = await self.sheets.all.execute(scope, id, forget, self.clock.now())
        await self.evidence.forget(scope, id)
        before: dict[str, Any] = done[0] if done else {}
        return before


def _before(sheet: Document) -> Document:
    """Whose sheet it was and what was in it, as noted at the first time. `kept`: revealed answers stay, as numbers."""
    if sheet.get("erased"):
        noted: Document = sheet["erased"]
        return noted
    kept = bool(sheet["final"] and sheet["answered"])
    return {
        "contact": sheet["contact"],
        "notes": len(sheet["notes"]),
        "evidence": len(sheet.get("evidence") or ()),
        "answers": 0 if kept else sheet["answered"],
        "kept": kept,
    }
