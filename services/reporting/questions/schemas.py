"""Bodies of requests about questions and answers."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from chassis.http.base_schemas import AsGerman, Language, RequestModel
from chassis.text.text_types import Identifier, text
from services.reporting.practices.schemas import refuse_contact_details

MOST_LETTERS = 3_000

Words = Annotated[
    dict[Language, Annotated[str, text(MOST_LETTERS, prose=True), AfterValidator(refuse_contact_details)]],
    AsGerman,
    Field(min_length=1),
]


class AnswerBody(RequestModel):
    """An answer to a question. `named`: under the municipality's name; else through the programme office, which reads it first and
    passes it on."""

    text: Words
    named: bool = True


class PracticeAnswerBody(AnswerBody):
    """An answer to a question about a practice. `municipality`: for whom somebody writes who works for several, as the path does
    not say so."""

    municipality: Identifier | None = None


class PracticeQuestionBody(PracticeAnswerBody):
    """A question about a practice."""


class OpenQuestionBody(AnswerBody):
    """A question to others. `practice`, `ring`, or `to` (one other municipality, by its slug): whom it goes to; else to
    everybody."""

    practice: Identifier | None = None
    ring: Identifier | None = None
    to: Identifier | None = None


class FollowingBody(RequestModel):
    """Whether to follow from now on."""

    follows: bool = True


class PracticeFollowingBody(FollowingBody):
    """Whether a municipality follows a practice. `municipality`: for whom somebody acts who works for several."""

    municipality: Identifier | None = None


class HelpedBody(RequestModel):
    """Whether the answer helped."""

    helped: bool = True


class ModerationBody(RequestModel):
    """What the programme office decides about a question or an answer. `reason`: what its author is told."""

    decision: Literal["show", "hide"]
    reason: Annotated[str, text(1_000, least=0, prose=True), AfterValidator(refuse_contact_details)] = ""
