"""Stored documents of answer sheets: collection `sheets`, one for each person who was invited. The only place where answers stand.

A sheet knows its assessment, a perspective and a pseudonymous id. Name and address of the person pass through its outbox
to `contacts.v1` and are not kept. Links and resume codes are kept as hashes.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from chassis.messaging.outbox import Outgoing, Tombstone
from chassis.storage.documents import Part, StoredDocument
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from disclosure.scheme import Answer
from services.selfcheck.assessments.documents import Version
from services.selfcheck.domain.evidence import Evidence
from services.selfcheck.domain.sheet_model import Sheet

UNCLAIMABLE = "-"
"""In the place of a resume code's hash: no code has it."""


class ErasedSheet(Part, frozen=True, kw_only=True):
    """Whose sheet it was and what was in it, as noted when it was erased first. `kept`: revealed answers stay, as numbers."""

    contact: str | None
    notes: int
    evidence: int
    answers: int
    kept: bool = True


class SheetHead(StoredDocument, frozen=True, kw_only=True):
    """A sheet without what was answered.

    `asked`: question ids, None for all; `answered`: how many answers; `final`: the answers are revealed; `contact`: whom notifications
    writes to; `handed_on_by`: the sheet this one was handed on from; `root`: that of the invitation that set it off (not noted in old
    ones); `by_link`: its link was shown to whoever invited instead of
    mailed (not noted in old ones); `addressee`: stands for the address, `mailbox` for all its spellings (not noted in old ones), and
    stays while it is counted how often one was handed on to; `removed`: what went when its assessment was deleted."""

    assessment: str
    perspective: str
    label: str
    asked: tuple[str, ...] | None
    answered: int
    final: bool
    invited_at: datetime
    contact: str | None
    handed_on_by: str | None = None
    root: str | None = None
    by_link: bool | None = None
    addressee: str | None = None
    mailbox: str | None = None
    resume_hash: str | None = None
    submitted_at: datetime | None = None
    reminded_at: datetime | None = None
    revoked_at: datetime | None = None
    erased: ErasedSheet | None = None
    removed: dict[str, int] | None = None

    @property
    def status(self) -> str:
        """invited, begun, submitted, revoked, forgotten, or final once the answers are revealed."""
        if self.revoked_at:
            return "revoked"
        if self.erased:
            return "forgotten"
        if self.final:
            return "final"
        if self.submitted_at:
            return "submitted"
        return "begun" if self.resume_hash else "invited"

    @property
    def invitation(self) -> str:
        """The sheet of the invitation that set this one off. One that was handed on before this was noted counts as handed on by
        its own root, which `domain.voices` then finds."""
        return self.root or self.handed_on_by or self.id

    @property
    def is_by_link(self) -> bool:
        """Whether its link was shown to whoever invited. Not noted in old sheets: then by whom was written to."""
        if self.by_link is not None:
            return self.by_link
        return (self.erased.contact if self.erased else self.contact) is None


class StoredSheet(SheetHead, frozen=True, kw_only=True):
    """An answer sheet as it is stored. `link`: how many links took the place of a lost one; `reminded`: notes of reminders;
    `forgotten_hash`: of the link through which its respondent had it erased."""

    version: int = 0
    questionnaire: Version
    answers: dict[str, Answer]
    notes: dict[str, str]
    handed_on: tuple[str, ...]
    code_hash: str | None = None
    evidence: tuple[Evidence, ...] = ()
    link: int = 0
    reminded: tuple[str, ...] = ()
    forgotten_hash: str | None = None
    forgotten_at: datetime | None = None

    @property
    def state(self) -> Sheet:
        """The domain's view."""
        return Sheet(
            self.id,
            self.perspective,
            None if self.asked is None else frozenset(self.asked),
            self.answers,
            self.notes,
            frozenset(self.handed_on),
            self.resume_hash,
            self.submitted_at,
            self.evidence,
            self.handed_on_by,
            self.root,
        )

    def updated(self, state: Sheet) -> StoredSheet:
        """The sheet with what the domain decided."""
        return replace(
            self,
            answers=dict(state.answers),
            answered=len(state.answers),
            notes=dict(state.notes),
            handed_on=tuple(sorted(state.handed_on)),
            evidence=tuple(state.evidence),
            resume_hash=state.resume_hash,
            submitted_at=state.submitted_at,
        )

    @property
    def tombstones(self) -> list[Outgoing]:
        """What tells the others to forget the person behind it; to be written with `erase_topic=CONTACTS`."""
        return [Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), self.contact)] if self.contact else []
