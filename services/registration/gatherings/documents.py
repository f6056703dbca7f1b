"""Gatherings as they are stored: collection `gatherings`.

Here without their claims on seats, which `services.registration.seats` reads and writes piecewise: there may be thousands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chassis.storage.documents import Part, StoredDocument
from chassis.storage.idempotency import FirstRequest
from contracts.registration import Allocation, GatheringKind, Mode
from services.registration.domain.ledger import Status
from services.registration.invitations.documents import Invitation
from services.registration.meetings.documents import Meeting
from services.registration.questions.documents import OwnQuestion
from services.registration.quotas.documents import Quota

OpenTo = Literal["residents", "staff", "municipalities", "invited"]


class Offer(Part, frozen=True, kw_only=True):
    """A kind of support that can be asked for; `counts` says what its `capacity` is a number of."""

    id: str
    label: dict[str, str]
    capacity: int | None = None
    request_until: datetime | None = None
    counts: Literal["groups", "people"] = "groups"


class Reconfirm(Part, frozen=True, kw_only=True):
    """Confirmed groups are asked once more, so many hours before the start."""

    hours_before: float
    hours_to_answer: float


class Reminder(Part, frozen=True, kw_only=True):
    """Groups with seats are reminded so many days before the start."""

    days_before: int


class GatheringFacts(Part, frozen=True, kw_only=True):
    """What its coordinator entered, in the words of the API (`services.registration.planning.schemas.GatheringDraft`)."""

    title: dict[str, str]
    description: dict[str, str]
    kind: GatheringKind
    starts_at: datetime
    ends_at: datetime
    mode: Mode
    capacity: int
    place: str | None = None
    join_url: str | None = None
    party_max: int = 1
    allocation: Allocation = "first_come"
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    offer_hours: float = 24
    confirm_minutes: int = 60
    support: tuple[Offer, ...] = ()
    open_to: OpenTo = "residents"
    reconfirm: Reconfirm | None = None
    reminders: tuple[Reminder, ...] | None = None
    thanks: dict[str, str] | None = None
    questions: tuple[OwnQuestion, ...] = ()
    quotas: tuple[Quota, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    meetings: tuple[Meeting, ...] = ()


class Gathering(StoredDocument, frozen=True, kw_only=True):
    """A gathering without its claims. `revision` counts changes of its facts, the last at `changed_at`; `withdrawn` is support that
    was offered before, `former_questions` what was asked before: whole questions, and of others the options that were taken out.
    `taken`, `waiting`, `booked` (support, booked, waiting), `kept` (quota, seats left of it) are counted from its claims. `due_at`: when time alone changes them."""

    status: Status
    facts: GatheringFacts
    taken: int
    waiting: int
    booked: tuple[tuple[str, int, int], ...] = ()
    kept: tuple[tuple[str, int], ...] = ()
    released: tuple[str, ...] = ()
    """Quotas that ended."""
    revision: int = 0
    series: str | None = None
    published_at: datetime | None = None
    changed_at: datetime | None = None
    cancelled_because: dict[str, str] | None = None
    drawn_at: datetime | None = None
    seed: str | None = None
    seed_commitment: str | None = None
    withdrawn: tuple[Offer, ...] = ()
    former_questions: tuple[OwnQuestion, ...] = ()
    request: FirstRequest | None = None

    def changes_by_time(self, now: datetime) -> bool:
        """Whether a deadline passed that the stored document does not show yet."""
        return self.due_at is not None and self.due_at <= now


@dataclass(frozen=True, slots=True)
class Head:
    """The fields that tell whether a cached page still shows a gathering as it is."""

    version: int
    is_public: bool
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Titled:
    """A gathering as it is named in a list."""

    title: dict[str, str]
    starts_at: datetime
