"""What the HTTP API takes where a municipality arranges itself: staff, profile, legal texts."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from chassis.http.base_schemas import Labels, Language, RequestModel, Texts
from chassis.pages.brand import parse, readable
from chassis.text.field_rules import refused
from chassis.text.languages import LANGUAGES
from chassis.text.plain_text import is_web_address
from chassis.text.text_types import EmailAddress, Label, bounded_integer, matching, text
from chassis.text.translations import mark
from services.registration.applications.schemas import Application, Inhabitants, OfficialKey
from services.registration.registrations.schemas import PostalAddress
from services.registration.response_models import ByLanguage, StrictResponse
from services.registration.settings.refusals_staff import COLOUR


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


def _web(value: str) -> str:
    if not is_web_address(value, ("https",)):
        raise refused(mark("Please write the whole web address; it begins with https://."))
    return value


def _colour(value: str) -> str:
    value = value.lower()
    better = readable(parse(value))
    if better != value:
        raise ValueError(f"neither white nor black text reads well on this colour; take {better}")
    return value


Phone = Annotated[Label, AfterValidator(_phone)]
Colour = Annotated[str, matching("#[0-9A-Fa-f]{6}", COLOUR, most=7, example="#1f5f6b"), AfterValidator(_colour)]
Web = Annotated[str, text(500, pattern="^https://"), AfterValidator(_web)]


class Office(RequestModel):
    """How an office is reached. Functional, not a person."""

    office: Label
    email: EmailAddress | None = None
    phone: Phone | None = None
    post: PostalAddress | None = None
    web: Web | None = None


class Accessibility(RequestModel):
    """What a municipality says about the accessibility of its pages. `barriers`: what does not work yet, why, and the way round it.
    `enforcement` None: the office of the federal state."""

    barriers: Texts | None = None
    enforcement: Office | None = None


class RetentionRule(RequestModel):
    """See `contracts.registration.Retention`; what is left out is as by default."""

    unconfirmed_hours: Annotated[int, bounded_integer(1, 72)] = 48
    after_event_days: Annotated[int, bounded_integer(1, 365)] = 28
    consent_proof_days: Annotated[int, bounded_integer(0, 3650)] = 1095


class ProfileChange(RequestModel):
    """Fields that are sent are set, null empties one; the others stay."""

    name: Labels | None = None
    kind: Literal["city", "district", "municipality"] | None = None
    state: Label | None = None
    inhabitants: Inhabitants | None = None
    languages: list[Language] | None = Field(None, min_length=1, max_length=len(LANGUAGES))
    phone: Phone | None = None
    phone_hours: Texts | None = None
    colour: Colour | None = None
    contact: Office | None = None
    accessibility: Accessibility | None = None
    data_protection: Office | None = None
    retention: RetentionRule | None = None
    ags: OfficialKey | None = None
    """Changed by the programme office."""

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


class OfficeResponse(StrictResponse):
    office: str
    email: str | None = None
    phone: str | None = None
    post: str | None = None
    web: str | None = None


class AccessibilityResponse(StrictResponse):
    """The accessibility statement as it stands. `enforcement_is_default`: the office of the federal state, not an entry of the
    municipality's own."""

    barriers: ByLanguage | None
    enforcement: OfficeResponse
    enforcement_is_default: bool


class RetentionResponse(StrictResponse):
    unconfirmed_hours: int
    after_event_days: int
    consent_proof_days: int


class AddedLanguageResponse(StrictResponse):
    """A language that residents' pages are there in beside `languages`; messages to them are in `falls_back_to`."""

    code: str
    name: str
    direction: Literal["ltr", "rtl"]
    falls_back_to: str


class ProfileResponse(StrictResponse):
    """Everything the public may know of a municipality. `texts`: the version in force of each legal text of its own."""

    slug: str
    name: ByLanguage
    kind: Literal["city", "district", "municipality"]
    state: str
    inhabitants: int
    languages: list[str]
    added_languages: list[AddedLanguageResponse]
    status: Literal["admitted", "suspended"]
    phone: str | None
    phone_hours: ByLanguage | None
    colour: str | None
    crest: str | None
    contact: OfficeResponse | None
    accessibility: AccessibilityResponse
    data_protection: OfficeResponse | None
    retention: RetentionResponse
    texts: dict[str, str]
    ags: str | None = None
