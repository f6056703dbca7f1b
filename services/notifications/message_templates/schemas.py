"""Request and response models of templates."""

from typing import Annotated, Literal

from pydantic import Field

from chassis.http.base_schemas import RequestModel, ResponseModel
from chassis.text.text_types import Label, bounded_integer, text
from services.notifications.shown_time import ShownTime


class TemplateText(RequestModel):
    """A text with placeholders like `{title}`. `sms`: a shorter body for text messages."""

    subject: Label = Field(examples=["Bald ist es so weit: {title}"])
    body: Annotated[str, text(8_000, prose=True)] = Field(examples=["Wir freuen uns auf Sie: {title}, {when}."])
    sms: Annotated[str, text(1_000, prose=True)] | None = None


class Publication(RequestModel):
    """What to publish. `version`: an earlier version; null: the draft."""

    version: Annotated[int, bounded_integer(1, 1_000)] | None = None


class PlaceholderResponse(ResponseModel):
    name: str
    explanation: str


class LanguageStatus(ResponseModel):
    """State of a template in one language: the product's own text, or a published version; whether there is a draft."""

    status: Literal["default", "published"]
    version: int | None = None
    draft: bool


class TemplateKind(ResponseModel):
    kind: str
    placeholders: list[PlaceholderResponse]
    languages: dict[str, LanguageStatus]


class TemplateList(ResponseModel):
    """All kinds of messages."""

    items: list[TemplateKind]
    next: Literal[None] = None


class DefaultText(ResponseModel):
    subject: str
    body: str
    sms: str | None = None
    language: str


class TemplateVersionResponse(ResponseModel):
    version: int
    saved_at: ShownTime
    published_at: ShownTime | None = None
    subject: str


class TemplateResponse(ResponseModel):
    """One text; `published` is the version in force, null where it is the product's own."""

    kind: str
    language: str
    subject: str
    body: str
    sms: str | None = None
    version: int | None = None
    status: Literal["draft", "published", "default"]
    published: int | None = None
    placeholders: list[PlaceholderResponse]
    default: DefaultText
    default_changed: bool
    versions: list[TemplateVersionResponse]


class PreviewMail(ResponseModel):
    subject: str
    text: str
    html: str


class PreviewSms(ResponseModel):
    """`cost_cents`: of all parts; null where the municipality has not said what one costs."""

    text: str
    alphabet: Literal["GSM-7", "UCS-2"]
    parts: int
    cost_cents: float | None = None


class PreviewLetter(ResponseModel):
    subject: str
    text: str


class PreviewCall(ResponseModel):
    text: str


class Preview(ResponseModel):
    """How a text reads on each way, with invented people."""

    kind: str
    language: str
    email: PreviewMail
    sms: PreviewSms
    letter: PreviewLetter
    call: PreviewCall


class TestSent(ResponseModel):
    sent: bool
