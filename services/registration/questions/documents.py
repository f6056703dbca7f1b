"""Questions and answers as they are stored: with gatherings, with registrations, and as a municipality's set."""

from __future__ import annotations

from typing import Any, Literal

from chassis.storage.documents import Part, StoredDocument
from services.registration.domain.questions import Kind


class Option(Part, frozen=True, kw_only=True):
    """One of several answers to choose from."""

    id: str
    label: dict[str, str]


class ShownIf(Part, frozen=True, kw_only=True):
    """Asked only if the answer to another question is, or has among it, this."""

    question: str
    equals: bool | str


class OwnQuestion(Part, frozen=True, kw_only=True):
    """A question of a gathering, in the words of the API."""

    id: str
    label: dict[str, str]
    kind: Kind
    required: bool = False
    per: Literal["group", "person"] = "group"
    options: tuple[Option, ...] = ()
    shown_if: ShownIf | None = None
    special: bool = False


class StoredAnswer(Part, frozen=True, kw_only=True):
    """What a group answered; with `each`, one answer for each person in it. `special`: personal data of a special kind (Article 9
    GDPR), which few see and which goes first. Both are those of its question, so that nobody has to look there."""

    question: str
    value: Any
    each: bool = False
    special: bool = False


class QuestionSet(StoredDocument, frozen=True, kw_only=True):
    """The questions a municipality chooses from when it plans; its id is the municipality's."""

    questions: tuple[OwnQuestion, ...] = ()
