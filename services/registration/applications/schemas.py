"""Applications of municipalities as they are sent."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from chassis.http.base_schemas import Labels, Language, RequestModel
from chassis.text.languages import LANGUAGES
from chassis.text.text_types import EmailAddress, Label, Name, Prose, bounded_integer, matching, text
from chassis.text.translations import mark
from services.registration.applications.refusals_staff import OFFICIAL_KEY
from services.registration.response_models import ByLanguage, StrictResponse, Time

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
SLUG = mark("Please write 2 to 40 small letters or digits, with hyphens only between them, such as wilhelmshaven.")
Slug = Annotated[str, matching("[a-z0-9](-?[a-z0-9]){1,39}", SLUG, most=79, example="wilhelmshaven")]
Inhabitants = Annotated[int, bounded_integer(1, 99_999_999)]
OfficialKey = Annotated[str, matching("[0-9]{8}", OFFICIAL_KEY, most=8, example="03405000")]
"""A municipality's key in the official list (amtlicher Gemeindeschlüssel)."""


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
    ags: OfficialKey | None = None

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
    def _reasoned(self) -> Self:
        if self.decision == "declined" and not self.reason.strip():
            raise ValueError("reason: say why, the applicant is told")
        return self


class Question(RequestModel):
    """What the programme office wants to know of an applicant."""

    question: Prose


class AnswerText(RequestModel):
    """What the applicant answers."""

    answer: Prose


class Applied(StrictResponse):
    slug: str
    status: Literal["applied"]


class Decided(StrictResponse):
    slug: str
    status: Literal["admitted", "declined"]


class AskedQuestion(StrictResponse):
    question: str
    asked_at: Time
    answer: str | None
    answered_at: Time | None


class DecisionMade(StrictResponse):
    reason: str
    at: Time


ApplicationState = Literal["applied", "declined", "withdrawn", "admitted", "suspended", "deleted"]
Where = Literal["applied", "asked", "declined", "withdrawn", "admitted", "suspended", "leaving", "deleted"]
"""Where a municipality stands; `asked`: an answer is waited for, `leaving`: it will be deleted."""


class ApplicationResponse(StrictResponse):
    """An application as its applicant and the office see it."""

    slug: str
    status: ApplicationState
    name: ByLanguage
    kind: Literal["city", "district", "municipality"]
    state: str
    inhabitants: int
    languages: list[str]
    ags: str | None = None
    applied_at: Time | None
    questions: list[AskedQuestion]
    decision: DecisionMade | None


class ListedApplication(ApplicationResponse):
    standing: Where


class NumberedApplication(ApplicationResponse):
    number: int


class ApplicantResponse(StrictResponse):
    """How whoever applied is reached; empty once they were erased."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


class OpenedApplication(NumberedApplication):
    """An application as its applicant and the office see it. `last`: the number of the newest one. The rest is for the office."""

    last: int
    contact: ApplicantResponse | None = None
    standing: Where | None = None
    former: list[NumberedApplication] | None = None


class ContactCorrected(StrictResponse):
    slug: str
    contact: ApplicantResponse
