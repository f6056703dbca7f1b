"""The agenda as the API takes and tells it."""

from __future__ import annotations

from pydantic import Field
from typing_extensions import TypedDict

from chassis.http.base_schemas import RequestModel
from services.selfcheck.domain.agenda import MOST_QUESTIONS
from services.selfcheck.schemas import Question, Revision


class NewAgenda(RequestModel):
    """All of the agenda, in its order; an empty list clears it. `revision`: the one the moderator saw (0: none yet); without it the
    newest is replaced."""

    questions: list[Question] = Field(max_length=10 * MOST_QUESTIONS)
    revision: Revision | None = None


class ChosenAgenda(TypedDict):
    """Ids of questions in their order; `revision` counts the changes."""

    questions: list[str]
    revision: int


class ShownAgenda(ChosenAgenda):
    """`suggested`: where views differ most, the largest difference first, whether chosen or not."""

    suggested: list[str]
