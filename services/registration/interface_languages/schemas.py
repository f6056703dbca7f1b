"""Added languages as the API takes and tells them."""

from typing import Annotated, Literal

from pydantic import Field

from chassis.http.base_schemas import Language, RequestModel
from chassis.text.text_types import text
from services.registration.interface_languages.documents import Direction, Step
from services.registration.interface_languages.po_files import LARGEST
from services.registration.response_models import StrictResponse, Time

Tag = Annotated[str, text(100, visible=False, example="ps")]
"""A language tag (BCP 47)."""


class NewCatalogue(RequestModel):
    """A translated catalogue. `name`: what the language calls itself, needed where CLDR does not know; `falls_back_to`: what is not
    translated, and every message, is in this language."""

    name: Annotated[str, text(50, least=0)] = ""
    falls_back_to: Language
    catalogue: Annotated[
        str, text(LARGEST, prose=True, strip=False, visible=False, example='msgid "Sign up"\\nmsgstr "…"')
    ]


class VersionResponse(StrictResponse):
    """A version of a catalogue; `translated` of so many `sentences`."""

    version: int
    name: str
    direction: Direction
    falls_back_to: str
    translated: int
    sentences: int
    status: Literal["draft", "published"]


class UploadedVersion(VersionResponse):
    """What the upload of a catalogue came to. `missing`: sentences without a translation, `fuzzy`: how many of them the file has to
    be confirmed, `unknown`: how many of the file's sentences are none of ours and were left out."""

    code: str
    missing: list[str]
    fuzzy: int
    unknown: int


class MessageResponse(StrictResponse):
    """A sentence of ours, in English and German, and its translation: several forms where it counts something, none where it is missing."""

    source: list[str]
    german: list[str]
    translation: list[str]


class VersionWithMessages(VersionResponse):
    code: str
    messages: list[MessageResponse]


class StepResponse(StrictResponse):
    """What was done with a language. `by`: a key that stands for who did it."""

    step: Step
    version: int
    at: Time
    by: str


class LanguageResponse(StrictResponse):
    """A language that a municipality added. `in_force`: the version that residents read; None: none. Versions and steps with the
    newest first."""

    code: str
    in_force: int | None
    versions: list[VersionResponse] = Field(default_factory=list)
    steps: list[StepResponse] = Field(default_factory=list)
