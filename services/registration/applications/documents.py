"""Applications as a municipality's document stores them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from chassis.storage.documents import Part
from chassis.storage.idempotency import FirstRequest

ApplicationStatus = Literal["applied", "declined", "withdrawn", "admitted", "suspended", "deleted"]
"""Of an application; of one that was admitted as the municipality stands now."""


class ContactOfApplicant(Part, frozen=True, kw_only=True):
    """How whoever applied is reached."""

    name: str = ""
    email: str = ""
    phone: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether it was not erased."""
        return bool(self.email)


NOBODY = ContactOfApplicant()


class AskedQuestion(Part, frozen=True, kw_only=True):
    """A question of the programme office, and the applicant's answer."""

    question: str
    asked_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None


class Decided(Part, frozen=True, kw_only=True):
    """What the programme office decided."""

    decision: Literal["admitted", "declined"]
    at: datetime
    reason: str = ""


class Facts(Part, frozen=True, kw_only=True):
    """What a municipality applied with: what everybody may know of it. `ags`: its key in the official list, where it is known."""

    slug: str
    name: dict[str, str]
    kind: Literal["city", "district", "municipality"]
    state: str
    inhabitants: int
    languages: tuple[str, ...]
    ags: str | None = None


class Application(Part, frozen=True, kw_only=True):
    """One application for a short name; `number` 1 is the first. Those of before it was stored have none of their own."""

    status: ApplicationStatus
    facts: Facts
    contact_id: str = ""
    number: int = 0
    contact: ContactOfApplicant = NOBODY
    applied_at: datetime | None = None
    questions: tuple[AskedQuestion, ...] = ()
    decided: Decided | None = None
    request: FirstRequest | None = None

    @property
    def waits(self) -> bool:
        """Whether a question waits for the applicant's answer."""
        return any(one.answered_at is None for one in self.questions)
