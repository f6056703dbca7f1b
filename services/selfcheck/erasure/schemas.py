"""Response models of what is held about a person, and of its erasure."""

from typing_extensions import TypedDict

from disclosure.scheme import Answer


class HeldSheet(TypedDict):
    """A sheet as it is held about a respondent. `answers` and `notes`: told to the respondent, null for staff."""

    id: str
    assessment: str
    perspective: str
    label: str
    status: str
    invited_at: str
    handed_on: list[str]
    asked: list[str] | None
    answers: dict[str, Answer] | None
    notes: dict[str, str] | None


class HeldOfPerson(TypedDict):
    service: str
    person_id: str
    sheets: list[HeldSheet]


class ErasureCertificate(TypedDict):
    """Nothing about the person. `removed`: kinds with numbers; `remains`: sentences."""

    id: str
    tenant: str
    forgotten_at: str
    removed: dict[str, int]
    remains: list[str]
