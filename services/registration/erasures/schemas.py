"""Erasures and consents as they are sent."""

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import Identifier, Label, bounded_integer
from services.registration.registrations.schemas import MOST_COMPANIONS
from services.registration.response_models import ByLanguage, StrictResponse, Time


class ConsentDecision(RequestModel):
    """Whether somebody agrees to a purpose, and to which words."""

    granted: bool
    text_version: Label


class ErasureRequest(RequestModel):
    """Whom to forget: the id of their registration (for staff also that of another contact). `who`: everything of the
    registration, one companion's name (`companion` 1 is the first) or the helper."""

    person_id: Identifier = Field(
        validation_alias=AliasChoices("person_id", "person", "registration_id", "registration")
    )
    who: Literal["registration", "companion", "helper"] = "registration"
    companion: Annotated[int, bounded_integer(1, MOST_COMPANIONS)] | None = None


class ListedErasure(StrictResponse):
    """An erasure in the list of the coordination. `about`: what erasures by rule belong to; `waits_for`: `successor` where nobody
    else coordinates yet."""

    id: str
    who: Literal["registration", "companion", "helper"]
    reason: Literal["request", "retention", "departure"]
    asked_at: Time
    asked_by: Literal["staff", "holder", "rule"]
    people: int
    person_id: str | None = None
    waits_for: Literal["successor"] | None = None
    about: str | None = None


class ReceiptResponse(StrictResponse):
    """What one service removed, by kind, and what stays, in words."""

    at: Time
    removed: dict[str, int]
    remains: list[str]


class Certificate(ListedErasure):
    status: Literal["waiting", "running", "complete"]
    receipts: dict[str, ReceiptResponse]
    awaited: list[str]


class PersonExport(StrictResponse):
    """Everything registration holds of a person, in a form that programs read."""

    service: Literal["registration"]
    person_id: str
    registration: dict[str, Any]


class Pass(StrictResponse):
    """A pass with which a person reads what reporting holds about them. `pass`: for `Authorization: Link <pass>` at reporting, for
    so many `seconds`."""

    value: str = Field(alias="pass")
    seconds: int


class Consents(StrictResponse):
    photos: bool
    later_events: bool


class Remaining(StrictResponse):
    """How many registrations still hold which personal field, and when they go."""

    gathering: str
    title: ByLanguage
    registrations: int
    fields_: dict[str, int] = Field(alias="fields")
    everybody_from: Time
    ended_after_hours: float
    proof_for_days: float
    runs: list[ListedErasure]
