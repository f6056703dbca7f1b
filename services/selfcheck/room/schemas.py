"""Room, stage and votes as the API tells them."""

from typing import Literal

from typing_extensions import TypedDict

from services.selfcheck.assessments.schemas import Texts


class StageResponse(TypedDict):
    """What the room sees; `question`: where one is shown; `field`: where perspectives are compared in one; `revision` counts the changes."""

    picture: Literal["participation", "question", "perspectives", "vote", "pause"]
    question: str | None
    field: str | None
    revision: int


class RoomOpened(TypedDict):
    """The answer to a room that was opened. `room_url`: the link for everybody in the room."""

    room_url: str


class PlaceResponse(TypedDict):
    """An option, how many chose it, and its mean rank among the options told."""

    option: str
    chosen: int
    mean_rank: float


class AgreementResponse(TypedDict):
    """Kendall's W with its words."""

    w: float
    words: str
    voters: int


class VoteResultResponse(TypedDict):
    """The result of a vote. `voters` null: too few to tell anything; `rest`: options of which nothing is told."""

    voters: int | None
    places: list[PlaceResponse]
    rest: list[str]
    agreement: AgreementResponse | None


class VoteResponse(TypedDict):
    """While it is open what can be chosen, afterwards what came out."""

    id: str
    kind: Literal["fields", "questions"]
    options: list[str]
    most: int
    status: Literal["open", "closed"]
    opened_at: str
    closed_at: str | None
    result: VoteResultResponse | None


class VoteInRoom(VoteResponse):
    """A vote as the room sees it. `ballots`: how many have voted so far, null while they are few; `titles`: what the options are
    called; `own`: those that are questions of the municipality's own."""

    ballots: int | None
    titles: dict[str, Texts]
    own: list[str]


class VoteList(TypedDict):
    items: list[VoteResponse]
    next: None


class BallotCast(TypedDict):
    """The answer to a ballot. `device_code`: to be sent with later calls."""

    ranking: list[str]
    device_code: str
