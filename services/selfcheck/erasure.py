"""Forgetting a respondent: their link, label and notes go; what they ticked stays as a number without a person.

Answers are kept because a result that was told must not change: the difference would show what they had answered.
"""

from __future__ import annotations

from dataclasses import dataclass

from chassis.aggregates import Aggregates, Change
from chassis.clock import Clock
from chassis.erasures import receipt
from chassis.mongo import Document
from chassis.outbox import Outgoing, Tombstone
from chassis.tenancy import of_document
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from contracts.selfcheck import ErasureReceipted
from services.selfcheck.sheets import Sheets

REMAINS = "answers of the self-check, without any reference to the person"


@dataclass(frozen=True)
class Erasure:
    """Carries out what `subscriptions` noted. Each step may be repeated."""

    sheets: Sheets
    erasures: Aggregates
    clock: Clock

    async def carry_out(self, document: Document) -> None:
        """Forget the contact `document["_id"]` and write the receipt, in the name of the tenant that asked."""
        scope, contact = of_document(document), document["_id"]
        removed: dict[str, int] = {}
        found = await self.sheets.all.collection.find(scope.filter(contact=contact), {"_id": 1}).to_list(None)
        for sheet in found:
            removed["answer links"] = removed.get("answer links", 0) + 1
            notes = await self._forget(document, sheet["_id"], contact)
            removed["notes"] = removed.get("notes", 0) + notes

        event = ErasureReceipted(person_id=contact, removed=removed, remains=(REMAINS,) if removed else ())
        await receipt(self.erasures, document, event, self.clock)

    async def _forget(self, document: Document, id: str, contact: str) -> int:
        notes = 0

        def forget(sheet: Document) -> Change:
            nonlocal notes
            notes = len(sheet["notes"])
            gone = [Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), contact)]
            return Change(
                {"notes": {}, "label": "", "contact": None, "resume_hash": "-", "final": True}, ["code_hash", "requests"],
                gone, forget_topic=CONTACTS,
            )  # fmt: skip

        await self.sheets.all.execute(of_document(document), id, forget, self.clock.now())
        return notes
