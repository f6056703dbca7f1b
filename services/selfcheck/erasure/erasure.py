"""Erasing a respondent: their link, label, notes and evidence go, and before the reveal their answers too.

From the reveal on what they ticked stays as a number without a person, because a result that was told must not change: the
difference would show what they had answered.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from chassis.clock import Clock
from chassis.storage.aggregates import Aggregates
from chassis.storage.erasure_receipts import is_repeat, people_of, receipt_for, write_receipt
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
        answers_kept = False
        for sheet in await self.sheets.of_people(scope, people_of(erasure)):
            erased = await self.erase(scope, sheet, EraseSheet(again=is_repeat(erasure)))
            removed["answer links"] = removed.get("answer links", 0) + 1
            if erased is not None:
                for kind, number in counted(erased).items():
                    removed[kind] = removed.get(kind, 0) + number
            answers_kept = answers_kept or erased is None or erased.kept
        event = ErasureReceipted(
            person_id=receipt_for(erasure),
            removed={kind: count for kind, count in removed.items() if count},
            remains=(REMAINS,) if answers_kept else (),
        )
        await write_receipt(self.erasures, erasure, event, self.clock)

    async def erase_respondents(self, offboarding: Document) -> None:
        """Erase the respondents of a municipality that leaves, while it is known who they are."""
        scope = of_document(offboarding)
        for sheet in await self.sheets.with_contact(scope):
            await self.erase(scope, sheet, EraseSheet())

    async def erase(self, scope: TenantScope, id: str, command: EraseSheet) -> ErasedSheet | None:
        """Erase a sheet with its files; what was there at the first time. Repeating it changes nothing."""
        now = self.clock.now()
        result = await self.sheets.erase_to(scope, id, lambda sheet: command.decide(sheet, now), now)
        await self.evidence.erase(scope, id)
        erased: ErasedSheet | None = result[0] if result else None
        await self._return_questions(scope, id)
        return erased

    async def _return_questions(self, scope: TenantScope, id: str) -> None:
        """Ask what was handed on to somebody who is erased again where it came from, as if it had been taken back."""
        erased_sheet = await self.sheets.get(scope, id)
        if erased_sheet is None or erased_sheet.handed_on_by is None:
            return
        colleagues = await self.sheets.handed_on_by(scope, erased_sheet.handed_on_by)
        held_by_colleagues = {question for colleague in colleagues for question in colleague.asked or ()}
        returned = set(erased_sheet.asked or ()) - held_by_colleagues

        def decide(giver: StoredSheet) -> Decision[StoredSheet] | None:
            if giver.final or not returned & set(giver.handed_on):
                return None
            return Decision(replace(giver, handed_on=tuple(one for one in giver.handed_on if one not in returned)))

        await self.sheets.change(scope, erased_sheet.handed_on_by, decide, self.clock.now())


def counted(before: ErasedSheet) -> dict[str, int]:
    """What went, by kind."""
    return {"answers": before.answers, "notes": before.notes, "evidence": before.evidence}
