"""Legal texts as the API takes and tells them."""

from typing import Annotated, Literal

from pydantic import Field

from chassis.http.base_schemas import Language, RequestModel
from chassis.text.text_types import text
from services.registration.response_models import ByLanguage, StrictResponse, Time

LegalText = Annotated[str, text(30_000, prose=True)]
Subject = Literal["privacy", "imprint", "consent"]


class NewText(RequestModel):
    """A new version of a legal text; the municipality's default language has to be there."""

    text: dict[Language, LegalText] = Field(min_length=1)


class ListedVersion(StrictResponse):
    """Version 1 is the platform's own text, which was in force before all others."""

    version: str
    in_force_from: Time | None


class PublishedVersion(ListedVersion):
    subject: Subject


class VersionResponse(PublishedVersion):
    """A version of a legal text. `text`: by language; None where it is the platform's own."""

    text: ByLanguage | None
