"""What the HTTP API takes where a municipality arranges itself: staff, profile, legal texts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, EmailStr, Field, StringConstraints, field_validator

from chassis.http.base_schemas import Language, Line, RequestModel
from chassis.pages.brand import parse, readable
from chassis.text.languages import LANGUAGES
from contracts.registration import Role
from services.registration.schemas import Application, Text, Texts


def _phone(value: str) -> str:
    """As it was written, if it can be dialled."""
    import phonenumbers

    try:
        possible = phonenumbers.is_possible_number(phonenumbers.parse(value, "DE"))
    except phonenumbers.NumberParseException:
        possible = False
    if not possible:
        raise ValueError("write a telephone number with its area code, such as 04421 161234")
    return value


def _colour(value: str) -> str:
    value = value.lower()
    better = readable(parse(value))
    if better != value:
        raise ValueError(f"neither white nor black text reads well on this colour; take {better}")
    return value


Phone = Annotated[Line, AfterValidator(_phone)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$"), AfterValidator(_colour)]
Web = Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"]+$", max_length=500)]
Post = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Subject = Literal["privacy", "imprint", "consent"]


class Question(RequestModel):
    """What the programme office wants to know of an applicant."""

    question: Text


class AnswerText(RequestModel):
    """What the applicant answers."""

    answer: Text


class Reason(RequestModel):
    """Why, for the record; people are not named in it."""

    reason: Text


class Deletion(Reason):
    """`days`: until it is carried out; 0 is at once."""

    days: float = Field(30, ge=0, le=365)


class StaffRoles(RequestModel):
    """What somebody may do. `name` and `language` are for the invitation; left out they stay as they are."""

    roles: list[Role] = Field(min_length=1)
    name: Line | None = None
    language: Language | None = None


class CoordinatorAppointment(RequestModel):
    """Who coordinates a municipality from now on. `name` and `language` are for the invitation."""

    email: EmailStr
    name: Line | None = None
    language: Language | None = None


class StaffEmail(RequestModel):
    """An address as a form sends it."""

    email: EmailStr


class Office(RequestModel):
    """How an office is reached. Functional, not a person."""

    office: Line
    email: EmailStr | None = None
    phone: Phone | None = None
    post: Post | None = None
    web: Web | None = None


class Accessibility(RequestModel):
    """`barriers`: what does not work yet, why, and the way round it. `enforcement` None: the office of the federal state."""

    barriers: Texts | None = None
    enforcement: Office | None = None


class RetentionRule(RequestModel):
    """See `contracts.registration.Retention`; what is left out is as by default."""

    unconfirmed_hours: int = Field(48, ge=1, le=72)
    after_event_days: int = Field(28, ge=1, le=365)
    consent_proof_days: int = Field(1095, ge=0, le=3650)


class ProfileChange(RequestModel):
    """Fields that are sent are set, null empties one; the others stay."""

    name: Texts | None = None
    kind: Literal["city", "district", "municipality"] | None = None
    state: Line | None = None
    inhabitants: int | None = Field(None, gt=0, lt=100_000_000)
    languages: list[Language] | None = Field(None, min_length=1, max_length=len(LANGUAGES))
    phone: Phone | None = None
    phone_hours: Texts | None = None
    colour: Colour | None = None
    contact: Office | None = None
    accessibility: Accessibility | None = None
    data_protection: Office | None = None
    retention: RetentionRule | None = None

    @field_validator("state")
    @classmethod
    def _state(cls, value: str | None) -> str | None:
        return value if value is None else Application.state_named(value)

    @field_validator("languages")
    @classmethod
    def _once(cls, value: list[str] | None) -> list[str] | None:
        if value is not None and len(set(value)) < len(value):
            raise ValueError("name each language once, the default first")
        return value


class NewText(RequestModel):
    """A new version of a legal text; the municipality's default language has to be there."""

    text: dict[Language, Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30_000)]] = (
        Field(min_length=1)
    )
