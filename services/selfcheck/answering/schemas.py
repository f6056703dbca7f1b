"""Response models of answer sheets, as their respondents see them."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from disclosure.scheme import Answer
from services.selfcheck.assessments.schemas import OwnSectionResponse, Texts, VersionResponse


class FieldProgress(TypedDict):
    """Questions of a field."""

    asked: int
    answered: int


class Progress(FieldProgress):
    """Questions asked and answered, in all and by field."""

    fields: dict[str, FieldProgress]


class EvidenceResponse(TypedDict):
    """A piece of evidence beside an answer. `kind`: link (with `url`) or file (with media `type` and `size` in bytes)."""

    id: str
    question: str
    kind: str
    name: str
    url: str | None
    type: str | None
    size: int


class SheetResponse(TypedDict):
    """An answer sheet as its respondent sees it. `asked`: question ids, null for all; `claimed`: somebody has begun, and holds the
    resume code."""

    id: str
    status: str
    claimed: bool
    questionnaire: VersionResponse
    asked: list[str] | None
    answers: dict[str, Answer]
    notes: dict[str, str]
    evidence: list[EvidenceResponse]
    progress: Progress
    submitted_at: str | None


class SheetAssessment(TypedDict):
    """The assessment a sheet belongs to."""

    id: str
    title: Texts
    minimum_group: int
    deadline: str | None


class SheetPerspective(TypedDict):
    """A perspective as a sheet tells it. `voices`: invitations of this perspective; `by_link`: those handed over as a
    link, which whoever invites could use too."""

    id: str
    title: Texts
    speaks: Literal["person", "institution"]
    voices: int
    by_link: int


class Colleague(TypedDict):
    """Whom questions were handed on to, and how far they are."""

    id: str
    questions: list[str]
    status: str
    answered: int


class WholeSheet(SheetResponse):
    """A sheet with its assessment, its perspective and what was handed on."""

    tenant: str
    assessment: SheetAssessment
    perspective: SheetPerspective
    handed_on: list[Colleague]
    own_section: OwnSectionResponse | None


class AnswerConflict(TypedDict):
    """What another device changed meanwhile, and this save therefore did not."""

    part: Literal["answers", "notes"]
    question: str
    wanted: Answer | str
    there: Answer | str


class MergedSheet(SheetResponse):
    """A sheet after a save. `conflicts`: what this save did not change."""

    conflicts: list[AnswerConflict]


class SavedSheet(MergedSheet):
    """The answer to a save. `resume_code`: told by the save that claimed the sheet."""

    resume_code: NotRequired[str]


class HandedOn(TypedDict):
    """Questions that a colleague is asked now."""

    id: str
    questions: list[str]
    status: str
