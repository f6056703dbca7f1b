"""Gatherings as the API tells them."""

from typing import Literal

from contracts.registration import Allocation, GatheringKind, Mode
from services.registration.meetings.schemas import MeetingResponse
from services.registration.questions.schemas import QuestionResponse
from services.registration.quotas.schemas import QuotaResponse
from services.registration.response_models import ByLanguage, StrictResponse, Time


class OfferResponse(StrictResponse):
    """A kind of support; `booked` and `waiting` in groups or people, as `counts` says."""

    id: str
    label: ByLanguage
    capacity: int | None
    request_until: Time | None
    counts: Literal["groups", "people"]
    booked: int
    waiting: int


class Seats(StrictResponse):
    """The seats of a gathering as everybody sees them. `free`: for everybody, without those that are kept for groups."""

    capacity: int
    taken: int
    waiting: int
    free: int


class Lottery(StrictResponse):
    """The draw of a gathering, so that everybody can repeat it. `seed_commitment`: SHA-256 of the seed, known before the draw;
    `seed` after it."""

    seed_commitment: str
    seed: str | None


class ReconfirmResponse(StrictResponse):
    hours_before: float
    hours_to_answer: float


class ReminderResponse(StrictResponse):
    days_before: int


class GatheringResponse(StrictResponse):
    """A gathering as anyone may see it; never with the address of an online meeting."""

    id: str
    status: Literal["draft", "published", "cancelled"]
    title: ByLanguage
    description: ByLanguage
    kind: GatheringKind
    starts_at: Time
    ends_at: Time
    mode: Mode
    place: str | None
    capacity: int
    party_max: int
    allocation: Allocation
    opens_at: Time | None
    closes_at: Time | None
    offer_hours: float
    confirm_minutes: int
    support: list[OfferResponse]
    open_to: Literal["residents", "staff", "municipalities", "invited"]
    reconfirm: ReconfirmResponse | None
    reminders: list[ReminderResponse] | None
    thanks: ByLanguage | None
    questions: list[QuestionResponse]
    quotas: list[QuotaResponse]
    takes_code: bool
    """Whether there are invitations, so that one may have a code to sign up with."""
    meetings: list[MeetingResponse]
    seats: Seats
    lottery: Lottery | None = None
    series: str | None = None
    reason: ByLanguage | None = None
