"""The board and the picture in the room as the API tells them."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from disclosure.result import NodeResult
from services.selfcheck.agenda.schemas import ChosenAgenda
from services.selfcheck.assessments.schemas import AssessmentResponse, PerspectiveResponse, Texts
from services.selfcheck.perspectives.schemas import ComparisonResponse
from services.selfcheck.room.schemas import StageResponse, VoteInRoom


class ParticipationResponse(TypedDict):
    """People of a perspective: about taking part. How many answers there are is not told, so `answers` and `asked` are null."""

    invited: int
    begun: int
    submitted: int
    open: int
    answers: None
    asked: None


class BoardConsensus(TypedDict):
    """What the board shows of a consensus. `level` null: talked about and not agreed on."""

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
    """The link to the room, as the board knows it. `number` counts the links there were."""

    open: bool
    number: int


class BoardResponse(AssessmentResponse):
    """The workshop board. `as_of` names this state in the stream; `levels`: lowest and highest; `questions`: empty before the
    reveal, then the largest disagreement first; `own_questions`: the municipality's own ones, in their order; `comparison`: what
    the room is shown of perspectives, null where it is shown something else; `agenda`: the questions chosen for the workshop."""

    as_of: str
    levels: list[int]
    labels: list[Texts]
    participation: dict[str, ParticipationResponse]
    stage: StageResponse
    room: RoomState
    vote: VoteInRoom | None
    questions: list[BoardEntry]
    own_questions: list[BoardEntry]
    comparison: ComparisonResponse | None
    agenda: ChosenAgenda


class RoomPicture(TypedDict):
    """The one thing that the room sees: which says `picture`."""

    title: Texts
    status: str
    perspectives: list[PerspectiveResponse]
    levels: list[int]
    labels: list[Texts]
    as_of: str
    picture: Literal["participation", "question", "perspectives", "vote", "pause"]
    participation: NotRequired[dict[str, ParticipationResponse]]
    vote: NotRequired[VoteInRoom | None]
    question: NotRequired[BoardEntry | None]
    comparison: NotRequired[ComparisonResponse | None]
