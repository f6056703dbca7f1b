"""Request and response models of evidence."""

from typing import NotRequired

from typing_extensions import TypedDict

from services.selfcheck.answering.schemas import ShownEvidence


class EvidenceAdded(ShownEvidence):
    """`resume_code`: where this claimed the sheet."""

    resume_code: NotRequired[str]


class EvidenceList(TypedDict):
    items: list[ShownEvidence]
    next: None
