"""Registrations as they are sent: signing up, changing, coming unannounced."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, computed_field, model_validator

from chassis.http.base_schemas import RequestModel
from chassis.text.added_languages import LONGEST_TAG
from chassis.text.text_types import EmailAddress, Identifier, Label, Name, OptionalLine, bounded_integer, text
from contracts.contacts import ReachFirst
from contracts.registration import Channel, SeatStatus, SupportStatus
from services.registration.contact_confirmation.telephone import e164, valid_number
from services.registration.questions.schemas import Answers
from services.registration.quotas.schemas import Declared
from services.registration.response_models import StrictResponse, Time

PostalAddress = Annotated[str, text(500, prose=True)]


SpokenLanguage = Annotated[str, text(LONGEST_TAG, example="uk")]
"""A language of ours, or one that the municipality added (`added_languages` of its profile): then messages are in what that one falls back to."""


class Contact(RequestModel):
    """How somebody is reached. `phone` stays as it was typed; `phone_e164` beside it is as machines dial it."""

    email: EmailAddress | None = None
    phone: Annotated[Label, AfterValidator(valid_number)] | None = None
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
People = Annotated[int, bounded_integer(0, 50)]
MOST_WISHES = 10
Wishes = Annotated[list[Identifier], Field(max_length=MOST_WISHES)]
"""Kinds of support that one group may ask for."""


class NewRegistration(RequestModel):
    """A group that signs up. `reach_first`: by which of their ways messages go first; the others stay for when that one fails."""

    name: Name
    contact: Contact
    reach_first: ReachFirst = "any"
    language: SpokenLanguage
    party: Party = Field(default_factory=list)
    support: Wishes = Field(default_factory=list)
    channel: Literal["web", "phone", "email", "helper"]
    helper: Helper | None = None
    consent: Consent
    answers: Answers = Field(default_factory=dict)
    quota: Declared = None
    """What the whole group declares to belong to, of its own will; it serves to give out seats and goes with them."""
    code: OptionalLine | None = None
    """Of an invitation, as it was typed, or the whole address of its link."""

    @property
    def messages_go_to(self) -> Contact:
        """The ways by which the person, or who helps them, is to get messages."""
        return self.helper.contact if self.helper and not self.contact.reachable else self.contact

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not (self.contact.reachable or (self.helper and self.helper.contact.reachable)):
            raise ValueError("contact: give an e-mail address, a telephone number or a postal address")
        return self


class RegistrationChange(RequestModel):
    """What is to be different; what is left out stays. A list replaces the former one; of `answers` those that are named become
    others, null takes one back. A person's answer of a special kind that is left open stays, where whoever sends this does not see it."""

    name: Name | None = None
    contact: Contact | None = None
    reach_first: ReachFirst | None = None
    language: SpokenLanguage | None = None
    party: Party | None = None
    support: Wishes | None = None
    helper: Helper | None = None
    answers: Answers | None = None


class Reassignment(RequestModel):
    """For which kept seats a group counts, and the code of the invitation it came by. What is left out stays; empty: for none, by none.
    A code that opens kept seats brings them along, where `quota` is left out."""

    quota: Annotated[str, text(50, least=0)] | None = None
    code: OptionalLine | None = None


class AddressCode(RequestModel):
    code: Label


class WalkIn(RequestModel):
    """A group that comes unannounced. A name and a number are not needed to let it in."""

    people: Annotated[int, bounded_integer(1, 50)] = 1
    language: SpokenLanguage
    name: OptionalLine = ""
    phone: Label | None = None
    support: Wishes = Field(default_factory=list)
    consent: Consent


class WishStatus(StrictResponse):
    """How a wish for support stands; `position` in its line."""

    status: SupportStatus
    position: int | None = None


class StatusResponse(StrictResponse):
    """How a registration stands; each time and place only where it applies."""

    status: SeatStatus
    position: int | None = None
    confirm_by: Time | None = None
    offer_expires_at: Time | None = None
    reconfirm_by: Time | None = None
    people_here: int | None = None
    arrived_at: Time | None = None
    came_to: dict[str, int] | None = None
    """Of several meetings: how many of the group were at which. `people_here` is then how many were at one at the most."""
    support_status: dict[str, WishStatus] | None = None


class ContactResponse(StrictResponse):
    email: str | None = None
    phone: str | None = None
    post: str | None = None
    phone_e164: str | None = None


class HelperResponse(StrictResponse):
    name: str
    contact: ContactResponse


class Registered(StatusResponse):
    """The answer to a registration. `manage_url`: the holder's link, where it may be given out with the answer."""

    id: str
    manage_url: str | None = None


class ListedRegistration(StatusResponse):
    """Somebody as their municipality's desk sees them. `new_email` waits to be confirmed, of the person or (`new_email_of`) of the
    helper; `to_reach`: is called first; `walk_in`: came unannounced. `added_language`: what they read in, of the municipality's own; `language` is
    then what messages to them are in. `answers` by question; `withheld`: questions whose answers
    of a special kind only the coordination and the person see."""

    id: str
    name: str
    contact: ContactResponse
    reach_first: ReachFirst = "any"
    language: str
    added_language: str | None = None
    party: list[str]
    support: list[str]
    channel: Channel
    helper: HelperResponse | None = None
    answers: dict[str, Any] = Field(default_factory=dict)
    withheld: list[str] | None = None
    to_reach: bool | None = None
    new_email: str | None = None
    new_email_of: Literal["helper"] | None = None
    walk_in: bool | None = None


class RegistrationResponse(ListedRegistration):
    """A registration as its holder and staff see it. `manage_url`: the new link, where former ones open nothing any more. `quota`:
    what the group declared, `invitation`: the name of the one it came by, both for its holder alone and as long as they count."""

    gathering: str
    quota: str | None = None
    invitation: str | None = None
    manage_url: str | None = None


class AddressConfirmed(StrictResponse):
    id: str
    email: Literal["confirmed"]
    manage_url: str


class NewLink(StrictResponse):
    id: str
    manage_url: str


class Changed(StatusResponse):
    id: str
