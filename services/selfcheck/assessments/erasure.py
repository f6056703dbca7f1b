"""Forgetting a respondent: their link, label, notes and evidence go; what they ticked stays as a number without a person.

Answers are kept because a result that was told must not change: the difference would show what they had answered.
"""

from __future__ import annotations

from dataclasses import dataclass

from chassis.aggregates import Aggregates, Change
from chassis.clock import Clock
from chassis.erasures import is_repeat, people_of, receipt
from chassis.mongo import Document
from chassis.outbox import Outgoing, Tombstone
from chassis.tenancy import of_document
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from contracts.selfcheck import ErasureReceipted
from services.selfcheck.answering.evidence import EvidenceStore
from services.selfcheck.answering.sheets import Sheets

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
            scope.filter(**{"$or": [{"contact": {"$in": people}}, {"erased.contact": {"$in": people}}]}),
            {"_id": 1, "contact": 1, "erased": 1, "notes": 1, "evidence": 1},
        ).to_list(None)
        for sheet in found:
            before = _before(sheet)
            removed["answer links"] = removed.get("answer links", 0) + 1
            for kind in ("notes", "evidence"):
                removed[kind] = removed.get(kind, 0) + before[kind]
            await self._forget(document, sheet["_id"])
        event = ErasureReceipted(
            person_id=document["_id"], removed={kind: count for kind, count in removed.items() if count},
            remains=(REMAINS,) if removed else (),
        )  # fmt: skip
        await receipt(self.erasures, document, event, self.clock)

    async def forget_respondents(self, departure: Document) -> None:
        """A municipality leaves: the contacts of its respondents go first, while it is known who they are."""
        known = of_document(departure).filter(contact={"$ne": None})
        for sheet in await self.sheets.all.collection.find(known, {"_id": 1}).to_list(None):
            await self._forget({"_id": departure["_id"], "tenant": departure["tenant"]}, sheet["_id"])

    async def _forget(self, document: Document, id: str) -> None:
        """The link ends, what was written in words goes. `erased` keeps the id of the contact, so that this can be repeated."""

        def forget(sheet: Document) -> Change | None:
            if sheet.get("erased") and not is_repeat(document):
                return None
            before = _before(sheet)
            fields: Document = {
                "notes": {},
                "evidence": [],
                "label": "",
                "contact": None,
                "resume_hash": "-",
                "final": True,
                "erased": before,
            }
            kept = {"f": "", "a": None, "t": sheet["invited_at"]}
            gone = [Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), before["contact"])]
            return Change(
                {**fields, "request": kept}, ["code_hash", "addressee", "requests"], gone, forget_topic=CONTACTS
            )

        await self.sheets.all.execute(of_document(document), id, forget, self.clock.now())
        await self.evidence.forget(of_document(document), id)


def _before(sheet: Document) -> Document:
    """Whose sheet it was and what was in it, as noted at the first time."""
    noted: Document = sheet.get("erased") or {
        "contact": sheet["contact"], "notes": len(sheet["notes"]), "evidence": len(sheet.get("evidence") or ())
    }  # fmt: skip
    return noted
