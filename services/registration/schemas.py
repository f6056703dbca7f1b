"""What the HTTP API takes, checked before anything else runs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    EmailStr,
    Field,
    StringConstraints,
    computed_field,
    field_validator,
    model_validator,
)

from chassis.http.base_schemas import AsGerman, Id, Language, Line, OptionalLine, RequestModel
from chassis.text.languages import LANGUAGES
from services.registration.contact_confirmation.telephone import e164, sound
from services.registration.domain.series import MOST

STATES = {
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "BE": "Berlin",
    "BB": "Brandenburg",
    "HB": "Bremen",
    "HH": "Hamburg",
    "HE": "Hessen",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "SH": "Schleswig-Holstein",
    "TH": "Thüringen",
}
"""The states by their code of ISO 3166-2:DE."""


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](-?[a-z0-9]){1,39}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Texts = Annotated[dict[Language, Text], Field(min_length=1), AsGerman]


class ApplicantContact(RequestModel):
    name: Line
    email: EmailStr
    phone: Line | None = None


class Application(RequestModel):
    slug: Slug
    name: Texts
    kind: Literal["city", "district", "municipality"]
    state: Line
    inhabitants: int = Field(gt=0, lt=100_000_000)
    contact: ApplicantContact
    languages: list[Language] = Field(min_length=1, max_length=len(LANGUAGES))

    @field_validator("state")
    @classmethod
    def state_named(cls, value: str) -> str:
        """The state by its name or its code. Raises ValueError."""
        named = STATES.get(value.upper().removeprefix("DE-"), value)
        if named not in STATES.values():
            raise ValueError(f"choose one of {', '.join(STATES.values())}")
        return named


class Decision(RequestModel):
    decision: Literal["admitted", "declined"]
    reason: str = Field("", max_length=2000)

    @model_validator(mode="after")
    def _reasoned(self) -> Decision:
        if self.decision == "declined" and not self.reason.strip():
            raise ValueError("reason: say why, the applicant is told")
        return self


class Membership(RequestModel):
    valid_from: date
    valid_until: date | None = None


class SupportOffer(RequestModel):
    id: Id
    label: Texts
    capacity: int | None = Field(None, ge=1, le=10_000)
    request_until: AwareDatetime | None = None
    counts: Literal["groups", "people"] = "groups"


class Reconfirm(RequestModel):
    """Ask confirmed groups once more, so many hours before the start; they have so many hours to answer."""

    hours_before: float = Field(ge=2, le=24 * 30)
    hours_to_answer: float = Field(ge=1, le=24 * 14)

    @model_validator(mode="after")
    def _in_time(self) -> Reconfirm:
        if self.hours_to_answer >= self.hours_before:
            raise ValueError("hours_to_answer: the answers must be there before the start, so that others can come")
        return self


class GatheringDraft(RequestModel):
    title: Texts
    description: Texts
    kind: Literal["kickoff", "workshop", "dialogue", "training", "exchange"]
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    mode: Literal["onsite", "online", "hybrid"]
    place: Line | None = None
    join_url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000)] | None = None
    capacity: int = Field(ge=1, le=100_000)
    party_max: int = Field(1, ge=1, le=50)
    allocation: Literal["first_come", "lottery"] = "first_come"
    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None
    offer_hours: float = Field(24, gt=0, le=24 * 30)
    confirm_minutes: int = Field(60, ge=5, le=7 * 24 * 60)
    support: list[SupportOffer] = Field(default_factory=list, max_length=30)
    open_to: Literal["residents", "staff", "municipalities"] = "residents"
    reconfirm: Reconfirm | None = None


class Contact(RequestModel):
    """How somebody is reached. `phone` stays as it was typed; `phone_e164` beside it is as machines dial it."""

    email: EmailStr | None = None
    phone: Annotated[Line, AfterValidator(sound)] | None = None
    post: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def phone_e164(self) -> str | None:
        return e164(self.phone) if self.phone else None

    @property
    def reachable(self) -> bool:
        return bool(self.email or self.phone or self.post)


class Helper(RequestModel):
    name: Line
    contact: Contact


class Consent(RequestModel):
    text_version: Line


Party = Annotated[list[OptionalLine], Field(max_length=49)]
"""Companions by name; a name may be left empty."""
Wishes = Annotated[list[Id], Field(max_length=30)]


class NewRegistration(RequestModel):
    name: Line
    contact: Contact
    language: Language
    party: Party = Field(default_factory=list)
    support: Wishes = Field(default_factory=list)
    channel: Literal["web", "phone", "email", "helper"]
    helper: Helper | None = None
    consent: Consent

    @model_validator(mode="after")
    def _reachable(self) -> NewRegistration:
        if not (self.contact.reachable or (self.helper and self.helper.contact.reachable)):
            raise ValueError("contact: give an e-mail address, a telephone number or a postal address")
        return self


class RegistrationChange(RequestModel):
    """What is to be different; what is left out stays. A list replaces the former one."""

    name: Line | None = None
    contact: Contact | None = None
    language: Language | None = None
    party: Party | None = None
    support: Wishes | None = None
    helper: Helper | None = None

    @property
    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.model_dump().items() if value is not None}


class AddressCode(RequestModel):
    code: Line


class SearchFor(RequestModel):
    """Whom to find among a gathering's registrations: a name, a number, an e-mail address or a code for the door."""

    gathering: Id
    q: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    limit: int = Field(50, ge=1, le=200)


class Likeness(RequestModel):
    """A person who is being registered, as far as it is known."""

    gathering: Id
    name: Annotated[str, StringConstraints(max_length=200)] = ""
    phone: Annotated[str, StringConstraints(max_length=200)] = ""
    email: Annotated[str, StringConstraints(max_length=254)] = ""


class Arrival(RequestModel):
    """Who is at the door: by the code of their registration or by its id. `people`: how many of the group, 0 takes it back."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] | None = None
    registration_id: Id | None = None
    people: int | None = Field(default=None, ge=0, le=50)

    @model_validator(mode="after")
    def _one_of_both(self) -> Arrival:
        if (self.code is None) == (self.registration_id is None):
            raise ValueError("code: give either the code or the registration_id")
        return self


class Here(RequestModel):
    """How many of a group are here; all where no number is given, 0 takes the check-in back."""

    people: int | None = Field(default=None, ge=0, le=50)


class WalkIn(RequestModel):
    """A group that comes unannounced. A name and a number are not needed to let it in."""

    people: int = Field(default=1, ge=1, le=50)
    language: Language
    name: OptionalLine = ""
    phone: Line | None = None
    support: list[Id] = Field(default_factory=list, max_length=30)
    consent: Consent


class ConsentDecision(RequestModel):
    """Whether somebody agrees to a purpose, and to which words."""

    granted: bool
    text_version: Line


class ErasureRequest(RequestModel):
    """Whom to forget: the id of their registration (for staff also that of another contact). `who`: everything of the
    registration, one companion's name (`companion` 1 is the first) or the helper."""

    person_id: Id = Field(validation_alias=AliasChoices("person_id", "person", "registration_id", "registration"))
    who: Literal["registration", "companion", "helper"] = "registration"
    companion: int | None = Field(None, ge=1, le=49)


class Cancellation(RequestModel):
    reason: Texts


class Copy(RequestModel):
    """A gathering once more at another time; without an end it lasts as long."""

    starts_at: AwareDatetime
    ends_at: AwareDatetime | None = None


class Repetition(RequestModel):
    """A gathering again and again: every `interval` weeks, or months on the same weekday. `count` includes the first."""

    frequency: Literal["weekly", "monthly"]
    interval: int = Field(1, ge=1, le=52)
    count: int | None = Field(None, ge=2, le=MOST)
    until: date | None = None

    @model_validator(mode="after")
    def _ends(self) -> Repetition:
        if (self.count is None) == (self.until is None):
            raise ValueError("count: say how many, or until which day")
        return self
