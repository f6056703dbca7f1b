"""What the HTTP API takes, checked before anything else runs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    Field,
    StringConstraints,
    computed_field,
    field_validator,
    model_validator,
)

from chassis.http.base_schemas import Labels, Language, RequestModel, Texts
from chassis.text.languages import LANGUAGES
from chassis.text.text_types import (
    Day,
    EmailAddress,
    Identifier,
    Label,
    Moment,
    Name,
    OptionalLine,
    Search,
    WebAddress,
    number,
    text,
    whole,
)
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


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](-?[a-z0-9]){1,39}$"), Field(examples=["wilhelmshaven"])]
PostalAddress = Annotated[str, text(500, prose=True)]
MOST_SEATS, MOST_OF_SUPPORT = 10_000, 10_000
Inhabitants = Annotated[int, whole(1, 99_999_999)]


class ApplicantContact(RequestModel):
    name: Name
    email: EmailAddress
    phone: Label | None = None


class Application(RequestModel):
    slug: Slug
    name: Labels
    kind: Literal["city", "district", "municipality"]
    state: Label
    inhabitants: Inhabitants
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
    reason: Annotated[str, text(2000, least=0, prose=True)] = ""

    @model_validator(mode="after")
    def _reasoned(self) -> Decision:
        if self.decision == "declined" and not self.reason.strip():
            raise ValueError("reason: say why, the applicant is told")
        return self


class Membership(RequestModel):
    valid_from: Day
    valid_until: Day | None = None


class SupportOffer(RequestModel):
    id: Identifier
    label: Labels
    capacity: Annotated[int, whole(1, MOST_OF_SUPPORT)] | None = None
    request_until: Moment | None = None
    counts: Literal["groups", "people"] = "groups"


class Reconfirm(RequestModel):
    """Ask confirmed groups once more, so many hours before the start; they have so many hours to answer."""

    hours_before: Annotated[float, number(2, 24 * 30)]
    hours_to_answer: Annotated[float, number(1, 24 * 14)]

    @model_validator(mode="after")
    def _in_time(self) -> Reconfirm:
        if self.hours_to_answer >= self.hours_before:
            raise ValueError("hours_to_answer: the answers must be there before the start, so that others can come")
        return self


class Reminder(RequestModel):
    """Groups with seats are reminded so many days before the start."""

    days_before: Annotated[int, whole(1, 60)]


class GatheringDraft(RequestModel):
    title: Labels
    description: Texts
    kind: Literal["kickoff", "workshop", "dialogue", "training", "exchange"]
    starts_at: Moment
    ends_at: Moment
    mode: Literal["onsite", "online", "hybrid"]
    place: Label | None = None
    join_url: WebAddress | None = None
    capacity: Annotated[int, whole(1, MOST_SEATS)]
    party_max: Annotated[int, whole(1, 50)] = 1
    allocation: Literal["first_come", "lottery"] = "first_come"
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    offer_hours: Annotated[float, number(0.01, 24 * 30)] = 24
    confirm_minutes: Annotated[int, whole(5, 7 * 24 * 60)] = 60
    support: list[SupportOffer] = Field(default_factory=list, max_length=30)
    open_to: Literal["residents", "staff", "municipalities"] = "residents"
    reconfirm: Reconfirm | None = None
    reminders: Annotated[list[Reminder], Field(max_length=5)] | None = None
    """None: as the municipality does."""
    thanks: Texts | None = None
    """What those who were there are told afterwards; None: nothing."""


class Contact(RequestModel):
    """How somebody is reached. `phone` stays as it was typed; `phone_e164` beside it is as machines dial it."""

    email: EmailAddress | None = None
    phone: Annotated[Label, AfterValidator(sound)] | None = None
    post: PostalAddress | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def phone_e164(self) -> str | None:
        return e164(self.phone) if self.phone else None

    @property
    def reachable(self) -> bool:
        return bool(self.email or self.phone or self.post)


class Helper(RequestModel):
    name: Name
    contact: Contact


class Consent(RequestModel):
    text_version: Label


MOST_COMPANIONS = 49
Party = Annotated[list[OptionalLine], Field(max_length=MOST_COMPANIONS)]
"""Companions by name; a name may be left empty."""
People = Annotated[int, whole(0, 50)]
MOST_WISHES = 10
Wishes = Annotated[list[Identifier], Field(max_length=MOST_WISHES)]
"""Kinds of support that one group may ask for."""


class NewRegistration(RequestModel):
    name: Name
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

    name: Name | None = None
    contact: Contact | None = None
    language: Language | None = None
    party: Party | None = None
    support: Wishes | None = None
    helper: Helper | None = None

    @property
    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.model_dump().items() if value is not None}


class AddressCode(RequestModel):
    code: Label


class SearchFor(RequestModel):
    """Whom to find among a gathering's registrations: a name, a number, an e-mail address or a code for the door."""

    gathering: Identifier
    q: Annotated[str, text(200, visible=False)]
    limit: Annotated[int, whole(1, 200)] = 50


class Likeness(RequestModel):
    """A person who is being registered, as far as it is known."""

    gathering: Identifier
    name: Search = ""
    phone: Search = ""
    email: Annotated[str, text(254, least=0, visible=False)] = ""


class Arrival(RequestModel):
    """Who is at the door: by the code of their registration or by its id. `people`: how many of the group, 0 takes it back."""

    code: Annotated[str, text(300, least=0, visible=False)] | None = None
    registration_id: Identifier | None = None
    people: People | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Arrival:
        if (self.code is None) == (self.registration_id is None):
            raise ValueError("code: give either the code or the registration_id")
        return self


class Here(RequestModel):
    """How many of a group are here; all where no number is given, 0 takes the check-in back."""

    people: People | None = None


class WalkIn(RequestModel):
    """A group that comes unannounced. A name and a number are not needed to let it in."""

    people: Annotated[int, whole(1, 50)] = 1
    language: Language
    name: OptionalLine = ""
    phone: Label | None = None
    support: Wishes = Field(default_factory=list)
    consent: Consent


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
    companion: Annotated[int, whole(1, MOST_COMPANIONS)] | None = None


class Cancellation(RequestModel):
    reason: Texts


class Copy(RequestModel):
    """A gathering once more at another time; without an end it lasts as long."""

    starts_at: Moment
    ends_at: Moment | None = None


class Repetition(RequestModel):
    """A gathering again and again: every `interval` weeks, or months on the same weekday. `count` includes the first."""

    frequency: Literal["weekly", "monthly"]
    interval: Annotated[int, whole(1, 52)] = 1
    count: Annotated[int, whole(2, MOST)] | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _ends(self) -> Repetition:
        if (self.count is None) == (self.until is None):
            raise ValueError("count: say how many, or until which day")
        return self
