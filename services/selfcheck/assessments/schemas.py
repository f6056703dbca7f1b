"""Request and response models of assessments."""

from typing import Literal

from typing_extensions import TypedDict

Texts = dict[str, str]


class VersionResponse(TypedDict):
    """A version of a questionnaire."""

    id: str
    version: str


class PerspectiveResponse(TypedDict):
    """A perspective of a self-check. `speaks`: as persons, who are shown only in groups, or as an institution, whose official
    answer is shown."""

    id: str
    title: Texts
    speaks: Literal["person", "institution"]


class ConsensusResponse(TypedDict):
    """What the workshop agreed on for a question. `level` null: the workshop talked about it and did not agree."""

    question: str
    level: int | None
    reason: str
    revision: int
    at: str


class OwnQuestion(TypedDict):
    """A municipality's own question, answered on the scale of the questionnaire."""

    id: str
    text: Texts


class OwnSectionResponse(TypedDict):
    """Questions of the municipality's own."""

    title: Texts
    questions: list[OwnQuestion]


class AssessmentResponse(TypedDict):
    """An assessment as staff see it, without figures. `repeats`: the earlier assessment that it is a new wave of; `joint`: the joint self-check it is part of."""

    id: str
    status: Literal["open", "revealed", "closed"]
    questionnaire: VersionResponse
    title: Texts
    perspectives: list[PerspectiveResponse]
    minimum_group: int
    repeats: str | None
    joint: str | None
    deadline: str | None
    reminder_days: list[int]
    archived_at: str | None
    created_at: str
    revealed_at: str | None
    closed_at: str | None
    consensus: list[ConsensusResponse]
    own_section: OwnSectionResponse | None


class AssessmentPage(TypedDict):
    items: list[AssessmentResponse]
    next: str | None


class CertificateResponse(TypedDict):
    """Certificate of a deletion. `removed`: kinds with numbers; `remains`: sentences."""

    id: str
    status: Literal["running", "complete"]
    deleted_at: str
    completed_at: str | None
    removed: dict[str, int]
    remains: list[str]
