"""Request and response models of the agenda."""

from __future__ import annotations

from pydantic import Field
from typing_extensions import TypedDict

from chassis.http.base_schemas import RequestModel
from services.selfcheck.assessments.schemas import Texts
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


class EarlierConsensus(TypedDict):
    """What was agreed then; `level` and its `label` null: talked about and not agreed on."""

    level: int | None
    label: Texts | None
    reason: str


class EarlierQuestion(TypedDict):
    """A question of the earlier agenda. `question`: the one that is asked now in its place, null where nothing continues it."""

    question: str | None
    text: Texts
    consensus: EarlierConsensus | None


class EarlierAgenda(TypedDict):
    """What the workshop of the self-check that this one repeats had chosen, and what came out of it."""

    assessment: str
    title: Texts
    questions: list[EarlierQuestion]


class AgendaResponse(ChosenAgenda):
    """The agenda of a workshop. `suggested`: where views differ most, the largest difference first, whether chosen or not.
    `earlier`: what can be carried over from the self-check that this one repeats, null where nothing was chosen there; only who
    chooses it carries it over."""

    suggested: list[str]
    earlier: EarlierAgenda | None
