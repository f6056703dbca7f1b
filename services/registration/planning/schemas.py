"""Gatherings as coordinators send them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chassis.http.base_schemas import Labels, RequestModel, Texts
from chassis.text.text_types import Identifier, Label, Moment, WebAddress, bounded_integer, number
from services.registration.domain.terms import MOST_SEATS
from services.registration.invitations.schemas import Invitations
from services.registration.meetings.schemas import Meetings
from services.registration.questions.schemas import Questions
from services.registration.quotas.schemas import Quotas
from services.registration.response_models import StrictResponse

MOST_OF_SUPPORT, MOST_TOGETHER = 10_000, 50


class SupportOffer(RequestModel):
    id: Identifier
    label: Labels
    capacity: Annotated[int, bounded_integer(1, MOST_OF_SUPPORT)] | None = None
    request_until: Moment | None = None
    counts: Literal["groups", "people"] = "groups"


class Reconfirm(RequestModel):
    """Ask confirmed groups once more, so many hours before the start; they have so many hours to answer."""

    hours_before: Annotated[float, number(2, 24 * 30)]
    hours_to_answer: Annotated[float, number(1, 24 * 14)]

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        if self.hours_to_answer >= self.hours_before:
            raise ValueError("hours_to_answer: the answers must be there before the start, so that others can come")
        return self


class Reminder(RequestModel):
    """Groups with seats are reminded so many days before the start."""

    days_before: Annotated[int, bounded_integer(1, 60)]


class GatheringDraft(RequestModel):
    title: Labels
    description: Texts
    kind: Literal["kickoff", "workshop", "dialogue", "training", "exchange"]
    starts_at: Moment
    ends_at: Moment
    mode: Literal["onsite", "online", "hybrid"]
    place: Label | None = None
    join_url: WebAddress | None = None
    capacity: Annotated[int, bounded_integer(1, MOST_SEATS)]
    party_max: Annotated[int, bounded_integer(1, MOST_TOGETHER)] = 1
    allocation: Literal["first_come", "lottery"] = "first_come"
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    offer_hours: Annotated[float, number(0.01, 24 * 30)] = 24
    confirm_minutes: Annotated[int, bounded_integer(5, 7 * 24 * 60)] = 60
    support: list[SupportOffer] = Field(default_factory=list, max_length=30)
    open_to: Literal["residents", "staff", "municipalities", "invited"] = "residents"
    """`invited`: whoever signs up themself needs the code of an invitation."""
    reconfirm: Reconfirm | None = None
    reminders: Annotated[list[Reminder], Field(max_length=5)] | None = None
    """None: as the municipality does."""
    thanks: Texts | None = None
    """What those who were there are told afterwards; None: nothing."""
    questions: Questions = Field(default_factory=list)
    """What whoever signs up is asked beside their name and support."""
    quotas: Quotas = Field(default_factory=list)
    """Seats kept for groups, of those of the room."""
    invitations: Invitations = Field(default_factory=list)
    """Ways by which people are reached, each with a code of its own (`GET …/invitations`)."""
    meetings: Meetings = Field(default_factory=list)
    """All meetings in order, where there are several; they begin at `starts_at` and end at `ends_at`."""


class Cancellation(RequestModel):
    reason: Texts


class Preview(StrictResponse):
    """What a change would do: `changed` fields, `informed` groups that would be told, `offered` groups that would be offered seats, `over`
    seats that would be taken beyond the capacity, `supported` groups that would be told that their wishes stand otherwise, `asked` groups
    that would be asked at once whether they come."""

    changed: list[str]
    informed: int
    offered: int
    supported: int
    asked: int
    over: int
