"""Request models of measures, checked before anything else runs."""

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import Day, Identifier, bounded_integer, text
from services.selfcheck.domain.measure import MAX_OWNER, MAX_QUESTIONS, MAX_TITLE

Title = Annotated[str, text(MAX_TITLE)]
Owner = Annotated[str, text(MAX_OWNER, least=0)]
FieldId = Annotated[str, text(200, visible=False)]
"""As somebody sends it; the use case says that there is none."""
Status = Literal["planned", "started", "done", "dropped"]
Questions = Annotated[list[Identifier], Field(max_length=MAX_QUESTIONS)]


class NewMeasure(RequestModel):
    """A measure that is agreed. `owner`: a role or an office rather than a name; `due`: the last day, as in `2027-06-30`;
    `questions`: ids of the field's questions that it answers."""

    field: FieldId
    title: Title
    owner: Owner = ""
    due: Day | None = None
    status: Status = "planned"
    questions: Questions = Field(default_factory=list)


class MeasureChange(RequestModel):
    """What is given is changed. `revision`: the one that was seen; without it the newest is changed."""

    field: FieldId | None = None
    title: Title | None = None
    owner: Owner | None = None
    due: Day | None = None
    status: Status | None = None
    questions: Questions | None = None
    revision: Annotated[int, bounded_integer(1, 10**9)] | None = None

    def changes(self) -> dict[str, Any]:
        """The changes; only a day can be taken away."""
        sent = {key: getattr(self, key) for key in self.model_fields_set - {"revision"}}
        return {key: value for key, value in sent.items() if value is not None or key == "due"}


class CarryOverFrom(RequestModel):
    """From which self-check measures are carried over. `assessment`: the earlier self-check."""

    assessment: Identifier


class HistoryResponse(TypedDict):
    """How a measure stood at a moment."""

    at: str
    status: str
    due: str | None
    assessment: str


class MeasureResponse(TypedDict):
    """A measure. `pressing`: `soon`, `overdue` or null; `carried_from`: the earlier self-check that it comes from; `history`: how
    it came here, the oldest first."""

    id: str
    assessment: str
    field: str
    title: str
    owner: str
    due: str | None
    status: str
    questions: list[str]
    revision: int
    pressing: str | None
    carried_from: str | None
    history: list[HistoryResponse]


class MeasureList(TypedDict):
    items: list[MeasureResponse]
    next: None


class Carried(TypedDict):
    """Ids of measures: those that go on here, and those whose field this questionnaire has not."""

    carried: list[str]
    left: list[str]
