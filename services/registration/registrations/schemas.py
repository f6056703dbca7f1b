"""Registrations as they are sent: signing up, changing, coming unannounced."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, computed_field, model_validator

from chassis.http.base_schemas import Language, RequestModel
from chassis.text.text_types import EmailAddress, Identifier, Label, Name, OptionalLine, text, whole
from services.registration.contact_confirmation.telephone import e164, sound

PostalAddress = Annotated[str, text(500, prose=True)]


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


class AddressCode(RequestModel):
    code: Label


class WalkIn(RequestModel):
    """A group that comes unannounced. A name and a number are not needed to let it in."""

    people: Annotated[int, whole(1, 50)] = 1
    language: Language
    name: OptionalLine = ""
    phone: Label | None = None
    support: Wishes = Field(default_factory=list)
    consent: Consent
