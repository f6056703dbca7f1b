"""Request and response models of joint self-checks."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import matching
from disclosure.across import GivenFigures, Means
from services.selfcheck.assessments.schemas import PerspectiveResponse, Texts, VersionResponse
from services.selfcheck.domain.joint import MAX_MEMBERS
from services.selfcheck.schemas import NewAssessment, NewOwnSection

MEMBER = "Please write the short name of a municipality, such as wilhelmshaven."
Slug = Annotated[str, matching("[a-z0-9-]{1,80}", MEMBER, most=80, example="wilhelmshaven")]
Members = Annotated[list[Slug], Field(max_length=MAX_MEMBERS)]


class NewJoint(NewAssessment):
    """As for an assessment, which each member then begins for itself, and whom to ask. `takes_part`: whether the district
    asks people of its own too; `own_section`: what only those are asked. `repeats`: an earlier joint self-check; members continue what they began with it."""

    members: Members = Field(default_factory=list, max_length=MAX_MEMBERS)
    takes_part: bool = False


class Acceptance(RequestModel):
    """The agreement of a member to a joint self-check. `own_section`: what the member asks its own people besides; it stays with
    the member and enters no figure of the joint one."""

    own_section: NewOwnSection | None = None


class MoreMembers(RequestModel):
    members: Members


class MemberResponse(TypedDict):
    """A member of a joint self-check. `assessment`: its own self-check, told to the member itself alone; `finished`: its figures
    are in."""

    municipality: str
    stance: Literal["asked", "accepted", "declined", "left", "taken_back", "gone"]
    since: str
    finished: bool
    assessment: NotRequired[str | None]


class JointResponse(TypedDict):
    """As the district sees it, or a member: itself and those that have agreed, nobody's figures."""

    id: str
    district: str
    role: Literal["district", "member"]
    status: Literal["open", "closed"]
    title: Texts
    questionnaire: VersionResponse
    perspectives: list[PerspectiveResponse]
    minimum_group: int
    repeats: str | None
    reminder_days: list[int]
    deadline: str | None
    created_at: str
    closed_at: str | None
    members: list[MemberResponse]


class JointList(TypedDict):
    items: list[JointResponse]
    next: None


class MemberFigures(GivenFigures):
    """What a member gave; hidden is null."""

    municipality: str


class JointFigures(TypedDict):
    members: list[MemberFigures]
    together: Means


class JointResult(JointFigures):
    """The figures of those who are in, and together."""

    id: str
    as_of: str
    questionnaire: VersionResponse
