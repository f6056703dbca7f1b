"""Parts of a questionnaire that scoring needs: fields, questions, weights, the scale and the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal

UNSURE: Final = "unsure"
NOT_APPLICABLE: Final = "not_applicable"

Answer = int | Literal["unsure", "not_applicable"] | None
"""A level of the scale, one of the two words, or None for no answer."""

Answers = Mapping[str, Answer]
"""Answers by question id; a question that is not there has no answer."""


class Treatment(StrEnum):
    """What an `unsure` or missing answer does to the score. In both cases it is no level and lowers the coverage."""

    EXCLUDE = "exclude"
    ZERO = "zero"


class Overall(StrEnum):
    """What the overall score is the mean of."""

    FIELDS = "fields"
    QUESTIONS = "questions"


class Speaks(StrEnum):
    """In whose name a perspective answers: persons, who are protected in groups, or an institution, whose official answer
    is shown."""

    PERSON = "person"
    INSTITUTION = "institution"


@dataclass(frozen=True)
class Rules:
    """How answers become scores. `minimum_coverage` 0–1; `decimals` of the published scores."""

    unsure: Treatment
    unanswered: Treatment
    overall: Overall
    minimum_coverage: Fraction
    decimals: int


@dataclass(frozen=True)
class WeightedQuestion:
    """A question of the scheme. `weight` counts within its field, and in an overall score that is the mean of questions."""

    id: str
    weight: Fraction


@dataclass(frozen=True)
class WeightedField:
    """A field of action. `weight` counts in an overall score that is the mean of fields."""

    id: str
    weight: Fraction
    questions: tuple[WeightedQuestion, ...]


@dataclass(frozen=True)
class Scheme:
    """A questionnaire version as scoring sees it. Levels run from `lowest` to `lowest + span` in steps of one."""

    lowest: int
    span: int
    rules: Rules
    fields: tuple[WeightedField, ...]

    @property
    def levels(self) -> int:
        """How many levels there are."""
        return self.span + 1

    @cached_property
    def questions(self) -> dict[str, WeightedQuestion]:
        """All questions by id, in order."""
        return {question.id: question for field in self.fields for question in field.questions}

    @cached_property
    def field_of(self) -> dict[str, WeightedField]:
        """The field of each question."""
        return {question.id: field for field in self.fields for question in field.questions}

    def field(self, id: str) -> WeightedField:
        """A field by its id. Raises `KeyError`."""
        return {field.id: field for field in self.fields}[id]
