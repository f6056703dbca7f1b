"""What the HTTP API takes for measures, checked before anything else runs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from chassis.http.base_schemas import Id, RequestModel
from chassis.text.one_line import one_line
from services.selfcheck.domain.measure import MAX_OWNER, MAX_QUESTIONS, MAX_TITLE

Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TITLE), AfterValidator(one_line)
]
Owner = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_OWNER), AfterValidator(one_line)]
Status = Literal["planned", "started", "done", "dropped"]
Questions = Annotated[list[Id], Field(max_length=MAX_QUESTIONS)]


class NewMeasure(RequestModel):
    """`owner`: a role or an office rather than a name; `due`: the last day, as in `2027-06-30`; `questions`: ids of the
    field's questions that it answers."""

    field: str
    title: Title
    owner: Owner = ""
    due: date | None = None
    status: Status = "planned"
    questions: Questions = Field(default_factory=list)


class MeasureChange(RequestModel):
    """What is given is changed. `revision`: the one that was seen; without it the newest is changed."""

    field: str | None = None
    title: Title | None = None
    owner: Owner | None = None
    due: date | None = None
    status: Status | None = None
    questions: Questions | None = None
    revision: Annotated[int, Field(ge=1)] | None = None

    def wanted(self) -> dict[str, Any]:
        """The changes; only a day can be taken away."""
        given = {key: getattr(self, key) for key in self.model_fields_set - {"revision"}}
        return {key: value for key, value in given.items() if value is not None or key == "due"}


class CarryOver(RequestModel):
    """`assessment`: the earlier self-check."""

    assessment: str
