"""Erasing a respondent: their link, label, notes and evidence go, and before the reveal their answers too.

From the reveal on what they ticked stays as a number without a person, because a result that was told must not change: the
difference would show what they had answered.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from chassis.clock import Clock
from chassis.storage.aggregates import Aggregates
from chassis.storage.erasure_receipts import is_repeat, people_of, receipt, receipt_for
from chassis.storage.mongo import Document
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope, of_document
from contracts.selfcheck import ErasureReceipted
from services.selfcheck.answering.commands import EraseSheet
from services.selfcheck.answering.documents import ErasedSheet, StoredSheet
from services.selfcheck.answering.repository import Sheets
from services.selfcheck.evidence.evidence import EvidenceStore

REMAINS = "answers of the self-check, without any reference to the person"


@dataclass(frozen=True)
class Erasure:
    """Carries out the erasures that `event_handlers` noted. Each step may be repeated."""

    sheets: Sheets
    evidence: EvidenceStore
    erasures: Aggregates
    clock: Clock

    async def carry_out(self, erasure: Document) -> None:
        """Erase these contacts and write the receipt, in the name of the tenant that asked."""
        scope = of_document(erasure)
        removed: dict[str, int] = {}
        kept = False
        for sheet in await self.sheets.of_people(scope, people_of(erasure)):
            before = await self.erase(scope, sheet, EraseSheet(again=is_repeat(erasure)))
            removed["answer links"] = removed.get("answer links", 0) + 1
            if before is not None:
                for kind, number in counted(before).items():
                    removed[kind] = removed.get(kind, 0) + number
            kept = kept or before is None or before.kept
        event = ErasureReceipted(
            person_id=receipt_for(erasure),
            removed={kind: count for kind, count in removed.items() if count},
            remains=(REMAINS,) if kept else (),
        )
        await receipt(self.erasures, erasure, event, self.clock)

    async def erase_respondents(self, offboarding: Document) -> None:
        """Erase the respondents of a municipality that leaves, while it is known who they are."""
        scope = of_document(offboarding)
        for sheet in await self.sheets.with_contact(scope):
            await self.erase(scope, sheet, EraseSheet())

    async def erase(self, scope: TenantScope, id: str, command: EraseSheet) -> ErasedSheet | None:
        """Erase a sheet with its files; what was there at the first time. Repeating it changes nothing."""
        now = self.clock.now()
        done = await self.sheets.erase_to(scope, id, lambda sheet: command.decide(sheet, now), now)
        await self.evidence.erase(scope, id)
        before: ErasedSheet | None = done[0] if done else None
        await self._given_back(scope, id)
        return before

    async def _given_back(self, scope: TenantScope, id: str) -> None:
        """Ask what was handed on to somebody who is erased again where it came from, as if it had been taken back."""
        gone = await self.sheets.get(scope, id)
        if gone is None or gone.handed_on_by is None:
            return
        held = {
            question for one in await self.sheets.handed_on_by(scope, gone.handed_on_by) for question in one.asked or ()
        }
        back = set(gone.asked or ()) - held

        def decide(giver: StoredSheet) -> Decision[StoredSheet] | None:
            if giver.final or not back & set(giver.handed_on):
                return None
            return Decision(replace(giver, handed_on=tuple(one for one in giver.handed_on if one not in back)))

        await self.sheets.change(scope, gone.handed_on_by, decide, self.clock.now())


def counted(before: ErasedSheet) -> dict[str, int]:
    """What went, by kind."""
    return {"answers": before.answers, "notes": before.notes, "evidence": before.evidence}
