"""Questions and answers as they are sent and told."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chassis.http.base_schemas import Labels, RequestModel
from chassis.text.text_types import Identifier, Value
from services.registration.domain.questions import MOST_OPTIONS, MOST_QUESTIONS, Kind
from services.registration.response_models import ByLanguage, StrictResponse

Answers = Annotated[dict[Identifier, Value], Field(max_length=2 * MOST_QUESTIONS)]
"""By the id of the question; where each person is asked, a list with one answer for each of them. What an answer may be is the
question's (`services.registration.domain.answers`)."""


class QuestionOption(RequestModel):
    id: Identifier
    label: Labels


class ShownIf(RequestModel):
    """The question is asked only if the answer to an earlier one is, or has among it, `equals`."""

    question: Identifier
    equals: bool | Identifier


class OwnQuestion(RequestModel):
    """A question of a gathering's own. `per`: the group is asked once, or each person in it. `special`: personal data of a special
    kind, such as health."""

    id: Identifier
    label: Labels
    kind: Kind
    required: bool = False
    per: Literal["group", "person"] = "group"
    options: list[QuestionOption] = Field(default_factory=list, max_length=MOST_OPTIONS)
    shown_if: ShownIf | None = None
    special: bool = False


Questions = Annotated[list[OwnQuestion], Field(max_length=MOST_QUESTIONS)]


class NewQuestionSet(RequestModel):
    questions: Questions


class OptionResponse(StrictResponse):
    id: str
    label: ByLanguage


class ConditionResponse(StrictResponse):
    question: str
    equals: bool | str


class QuestionResponse(StrictResponse):
    id: str
    label: ByLanguage
    kind: Kind
    required: bool
    per: Literal["group", "person"]
    options: list[OptionResponse]
    shown_if: ConditionResponse | None
    special: bool


class QuestionSetResponse(StrictResponse):
    """The questions that a municipality's gatherings begin with. `standard`: what everybody starts with, because the municipality
    has none of its own."""

    questions: list[QuestionResponse]
    standard: bool


ShownAnswers = dict[str, Any]
