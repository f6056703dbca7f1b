"""The board and the picture in the room as the API tells them."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from disclosure.result import NodeResult
from services.selfcheck.agenda.schemas import ChosenAgenda
from services.selfcheck.assessments.schemas import ShownAssessment, ShownPerspective, Texts
from services.selfcheck.perspectives.schemas import ShownComparison
from services.selfcheck.room.schemas import ShownStage, VoteInRoom


class ShownParticipation(TypedDict):
    """People of a perspective: about taking part. How many answers there are is not told, so `answers` and `asked` are null."""

    invited: int
    begun: int
    submitted: int
    open: int
    answers: None
    asked: None


class BoardConsensus(TypedDict):
    """`level` null: talked about and not agreed on."""

    level: int | None
    reason: str
    revision: int


class BoardEntry(NodeResult):
    """One question. `gap`: between the perspectives' scores; `spreads`: voices per level (lowest first), null is hidden. `own`: one of
    the municipality's own, which is compared with nothing and has no gap."""

    id: str
    field: str
    own: bool
    text: Texts
    gap: float | None
    spreads: dict[str, list[int] | None]
    consensus: BoardConsensus | None


class RoomState(TypedDict):
    """`number` counts the links there were."""

    open: bool
    number: int


class ShownBoard(ShownAssessment):
    """`as_of` names this state in the stream; `levels`: lowest and highest; `questions`: empty before the reveal, then the largest
    disagreement first; `own_questions`: the municipality's own ones, in their order; `comparison`: what the room is shown of perspectives, null where it is shown something else; `agenda`: the questions chosen for the workshop."""

    as_of: str
    levels: list[int]
    labels: list[Texts]
    participation: dict[str, ShownParticipation]
    stage: ShownStage
    room: RoomState
    vote: VoteInRoom | None
    questions: list[BoardEntry]
    own_questions: list[BoardEntry]
    comparison: ShownComparison | None
    agenda: ChosenAgenda


class RoomPicture(TypedDict):
    """The one thing that the room sees: which says `picture`."""

    title: Texts
    status: str
    perspectives: list[ShownPerspective]
    levels: list[int]
    labels: list[Texts]
    as_of: str
    picture: Literal["participation", "question", "perspectives", "vote", "pause"]
    participation: NotRequired[dict[str, ShownParticipation]]
    vote: NotRequired[VoteInRoom | None]
    question: NotRequired[BoardEntry | None]
    comparison: NotRequired[ShownComparison | None]
