"""Request and response models of evidence."""

from typing import NotRequired

from typing_extensions import TypedDict

from services.selfcheck.answering.schemas import EvidenceResponse


class EvidenceAdded(EvidenceResponse):
    """The answer to evidence that was added. `resume_code`: where this claimed the sheet."""

    resume_code: NotRequired[str]


class EvidenceList(TypedDict):
    items: list[EvidenceResponse]
    next: None
