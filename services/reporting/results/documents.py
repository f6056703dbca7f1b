"""Self-checks and questionnaires as reporting stores them, row by row from selfcheck's events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
import orjson

from chassis.storage.documents import Part, StoredDocument
from services.reporting.domain.lineage import Question, Version

FIRST_RULES = "1"
"""The version of the rule for small groups under which results were published that don't name one."""


class Titled(Part, frozen=True, kw_only=True, omit_defaults=True):
    """An id with the words people read for it."""

    id: str
    title: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "title": self.title}


class AskedQuestion(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A question of a questionnaire version, with its field, its weight and what it continues."""

    id: str
    field: str
    title: dict[str, str]
    weight: float = 1.0
    continues: dict[str, str] | None = None


class Questionnaire(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A version of a questionnaire; its id is `questionnaire:version`. It belongs to the programme, not to a tenant."""

    title: dict[str, str] = msgspec.field(default_factory=dict)
    fields: tuple[Titled, ...]
    questions: tuple[AskedQuestion, ...] = ()
    rules: dict[str, Any] | None = None
    follows: str | None = None
    at: datetime

    def version(self) -> Version:
        """The version as the lines over the years need it."""
        questions = [
            Question(
                asked_question.id,
                asked_question.field,
                asked_question.title,
                asked_question.weight,
                (asked_question.continues["question"], asked_question.continues["relation"])
                if asked_question.continues
                else None,
            )
            for asked_question in self.questions
        ]
        return Version(
            self.id,
            self.follows,
            [(field.id, field.title) for field in self.fields],
            {question.id: question for question in questions},
            (self.rules["unsure"], self.rules["unanswered"]) if self.rules else None,
        )


class Assessment(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A self-check. `result`: JSON as text, because its keys may hold what MongoDB reads as a path; None until it is closed."""

    title: dict[str, str]
    questionnaire: str
    status: Literal["open", "revealed", "closed"]
    perspectives: tuple[Titled, ...]
    minimum_group: int = 1
    repeats: str | None = None
    at: datetime
    closed_at: datetime | None = None
    result: str | None = None
    across: str | None = None
    """What it gives beyond the municipality, as text like `result`; None where it gives nothing."""
    rules: str = FIRST_RULES

    @property
    def questionnaire_id(self) -> str:
        return self.questionnaire.rpartition(":")[0]

    @property
    def version(self) -> str:
        return self.questionnaire.rpartition(":")[2]

    @property
    def closing(self) -> datetime:
        return self.closed_at or self.at

    @property
    def counts_beyond(self) -> bool:
        """Whether it gives anything beyond the municipality."""
        return self.status == "closed" and self.across is not None

    def figures(self) -> Mapping[str, Any]:
        """The published result; empty until the closing."""
        return orjson.loads(self.result) if self.result else {}


def as_json(parts: Sequence[Titled]) -> list[dict[str, Any]]:
    return [one.as_json() for one in parts]
