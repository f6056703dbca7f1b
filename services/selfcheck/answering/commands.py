"""Commands that end a sheet or erase its person; answers are saved in `saving.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from chassis.storage.repository import Decision
from contracts.contacts import TOPIC as CONTACTS
from contracts.selfcheck import RespondentRevoked
from services.selfcheck.answering.documents import UNCLAIMABLE, ErasedSheet, StoredSheet


@dataclass(frozen=True)
class Revoke:
    """Take an invitation back: the link leads nowhere and the person behind it is erased. Answers whether it could be done:
    what somebody has begun is theirs."""

    def decide(self, sheet: StoredSheet, now: datetime) -> Decision[StoredSheet]:
        if sheet.revoked_at:
            return Decision(sheet, answer=True)
        if sheet.resume_hash or sheet.final:
            return Decision(sheet, answer=False)
        event = RespondentRevoked(assessment_id=sheet.assessment, respondent_id=sheet.id)
        after = replace(sheet, revoked_at=now, contact=None, code_hash=None, addressee=None)
        return Decision(after, [*sheet.tombstones, event], True, erase_topic=CONTACTS)


@dataclass(frozen=True)
class EmptySheet:
    """Empty a sheet whose assessment was deleted; what was in it is counted in the same write."""

    def decide(self, sheet: StoredSheet, now: datetime) -> Decision[StoredSheet] | None:
        if sheet.removed is not None:
            return None
        removed = {
            "answer sheets": 1,
            "answers": sheet.answered,
            "notes": len(sheet.notes),
            "evidence": len(sheet.evidence),
            "contacts": int(sheet.contact is not None),
        }
        emptied = replace(_without_person(sheet), answers={}, answered=0, handed_on=(), asked=None, removed=removed)
        return Decision(emptied, sheet.tombstones, erase_topic=CONTACTS)


@dataclass(frozen=True)
class EraseSheet:
    """Erase a sheet: the link ends, what was written in words goes, and what was not revealed. Answers what was there at the first time.

    `again`: also where it was done before; `by_link`: the hash of the link through which its respondent asked for it."""

    again: bool = False
    by_link: str | None = None

    def decide(self, sheet: StoredSheet, now: datetime) -> Decision[StoredSheet]:
        before = sheet.erased or _erased_content(sheet)
        if sheet.erased and not self.again:
            return Decision(sheet, answer=before)
        remaining = replace(_without_person(sheet), erased=before)
        if not before.kept:
            remaining = replace(remaining, answers={}, answered=0)
        if self.by_link is not None:
            remaining = replace(remaining, forgotten_hash=self.by_link, forgotten_at=now)
        tombstones = replace(sheet, contact=before.contact).tombstones
        return Decision(remaining, tombstones, before, erase_topic=CONTACTS)


def _without_person(sheet: StoredSheet) -> StoredSheet:
    return replace(
        sheet,
        notes={},
        evidence=(),
        label="",
        contact=None,
        resume_hash=UNCLAIMABLE,
        final=True,
        code_hash=None,
        addressee=None,
        mailbox=None,
        due_at=None,
    )


def _erased_content(sheet: StoredSheet) -> ErasedSheet:
    kept = bool(sheet.final and sheet.answered)
    return ErasedSheet(
        contact=sheet.contact,
        notes=len(sheet.notes),
        evidence=len(sheet.evidence),
        answers=0 if kept else sheet.answered,
        kept=kept,
    )
