"""A questionnaire version as data. Published versions never change; every result names the version it was made with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from disclosure.scheme import Rules, Scheme, WeightedField, WeightedQuestion

Texts = dict[str, str]
"""A text people read, by language (BCP 47)."""


class Relation(StrEnum):
    """How a question relates to the one of an earlier version that it continues. Without a relation it is new."""

    SAME = "same"
    COMPARABLE = "comparable"


@dataclass(frozen=True)
class Scale:
    """The levels of implementation, `min` to `max` in steps of one; one label per level, lowest first."""

    min: int
    max: int
    labels: tuple[Texts, ...]

    @property
    def span(self) -> int:
        """Levels between the lowest and the highest."""
        return self.max - self.min

    def __len__(self) -> int:
        return self.span + 1


@dataclass(frozen=True)
class Continues:
    """The question of the former version that this one continues."""

    question: str
    relation: Relation


@dataclass(frozen=True)
class Question:
    """One question. `weight` counts within its field, and in an overall score that is the mean of questions."""

    id: str
    text: Texts
    help: Texts | None
    weight: Fraction
    continues: Continues | None


@dataclass(frozen=True)
class Criterion:
    """Questions that belong together. It orders the questionnaire and has no weight and no score of its own."""

    id: str
    title: Texts
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Field:
    """A field of action. `weight` counts in an overall score that is the mean of fields."""

    id: str
    title: Texts
    weight: Fraction
    criteria: tuple[Criterion, ...]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions of the field, in order."""
        return tuple(question for criterion in self.criteria for question in criterion.questions)


@dataclass(frozen=True)
class Questionnaire:
    """One version. Question ids are unique in it, field ids among the fields, criterion ids within their field."""

    id: str
    version: str
    title: Texts
    scale: Scale
    rules: Rules
    fields: tuple[Field, ...]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """All questions by id, in order."""
        return {question.id: question for field in self.fields for question in field.questions}

    @cached_property
    def field_of(self) -> dict[str, Field]:
        """The field of each question."""
        return {question.id: field for field in self.fields for question in field.questions}

    @cached_property
    def scheme(self) -> Scheme:
        """What scoring needs to know of it."""
        fields = tuple(
            WeightedField(field.id, field.weight, tuple(WeightedQuestion(q.id, q.weight) for q in field.questions))
            for field in self.fields
        )
        return Scheme(self.scale.min, self.scale.span, self.rules, fields)

    def field(self, id: str) -> Field:
        """A field by its id. Raises `KeyError`."""
        return {field.id: field for field in self.fields}[id]

    def texts(self) -> Iterator[Texts]:
        """Every text of the questionnaire, for completeness reports."""
        yield self.title
        yield from self.scale.labels
        for field in self.fields:
            yield field.title
            for criterion in field.criteria:
                yield criterion.title
                for question in criterion.questions:
                    yield question.text
                    if question.help is not None:
                        yield question.help


def exact(number: float) -> Fraction:
    """The number as it was written in the document: 0.7 becomes 7/10, not the binary fraction closest to it."""
    return Fraction(str(number))


def content_hash(document: dict[str, Any]) -> str:
    """SHA-256 (hex) of a questionnaire document's canonical JSON: keys sorted, no spaces, UTF-8, 1.0 as 1, no nulls.

    Two documents that say the same have the same hash, in whatever order their keys came.
    """
    normal = _canonical(document)
    text = json.dumps(normal, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(part) for key, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [_canonical(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
