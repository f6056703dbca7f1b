"""Content of the council pack of a closed self-check: one content, from which every paper of the council pack is made.

The findings follow from published figures alone. A field is *strong* or *weak* by its published score; where views differ is
told by the widest gap between two perspectives that may both be shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.reporting.domain.cost import Cost
from services.reporting.domain.profile import Figure, Line, Texts

MOST_NAMED = 3
"""So many strong and so many weak fields are named; with few fields no more than half of them each."""
SETTLED = ("done", "dropped")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the figures come from. `rules`: the version of the disclosure rule they were published under; `title`: of the
    questionnaire, empty while it is not known."""

    as_of: datetime
    made_at: datetime
    questionnaire: str
    version: str
    rules: str
    title: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that was agreed, without its owner, whose name stays with the self-check. `due`: None without a day. `office` and `budget` as the
    action plan says them."""

    id: str
    field: str
    field_title: Texts
    title: str
    status: str
    due: date | None
    overdue: bool
    office: str = ""
    budget: Cost | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What the municipality wants to reach in a field, in its own words by language. `indicators`: how one will see it, one a line."""

    goal: Texts
    indicators: Texts


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a field with its published score."""

    id: str
    title: Texts
    score: float | None


@dataclass(frozen=True, slots=True)
class Gap:
    """How far two perspectives lie apart in a field, in points; `high` and `low` are the ids of the perspectives."""

    line: Line
    points: float
    high: str
    low: str
    high_score: float
    low_score: float


@dataclass(frozen=True, slots=True)
class Council:
    """The content. `lines`: the fields in the questionnaire's order; `questions`: by field, empty where none is known; `aims`: by
    field, those that the municipality wrote."""

    municipality: Texts
    title: Texts
    source: Source
    overall: Figure
    consensus: float | None
    lines: Sequence[Line]
    questions: Mapping[str, Sequence[Question]]
    perspectives: Sequence[tuple[str, Texts]]
    measures: Sequence[Measure]
    aims: Mapping[str, Aim] = field(default_factory=dict)

    @property
    def scored(self) -> list[Line]:
        """Fields that have a score which may be shown."""
        return [line for line in self.lines if line.total.score is not None]

    @property
    def strong(self) -> list[Line]:
        """The fields with the highest scores, the highest first."""
        return self._ordered[: self._named_count]

    @property
    def weak(self) -> list[Line]:
        """The fields with the lowest scores, the lowest first; none of them is among the strong."""
        return self._ordered[::-1][: self._named_count]

    @property
    def _ordered(self) -> list[Line]:
        """The highest score first, equal ones as in the questionnaire."""
        return sorted(self.scored, key=lambda line: -_score(line))

    @property
    def _named_count(self) -> int:
        return min(MOST_NAMED, len(self.scored) // 2)

    @property
    def gaps(self) -> list[Gap]:
        """Fields in which at least two perspectives may be shown and differ, the widest gap first."""
        widest = [gap for line in self.lines if (gap := _gap(line)) is not None and gap.points > 0]
        return sorted(widest, key=lambda gap: -gap.points)

    @property
    def hidden(self) -> list[tuple[Line, str]]:
        """Views that are left out of a field because too few answered, or because nobody of them did."""
        return [(line, id) for line in self.lines for id, figure in line.perspectives if figure.score is None]

    @property
    def open_measures(self) -> list[Measure]:
        return [one for one in self.measures if one.status not in SETTLED]

    def best_question(self, field: str) -> Question | None:
        """The question of a field with the highest published score."""
        scored = [one for one in self.questions.get(field, ()) if one.score is not None]
        return max(scored, key=lambda one: one.score or 0.0, default=None)

    def weakest_question(self, field: str) -> Question | None:
        """The question of a field with the lowest published score."""
        scored = [one for one in self.questions.get(field, ()) if one.score is not None]
        return min(scored, key=lambda one: one.score or 0.0, default=None)


def questions_by_field(questions: Sequence[Mapping[str, Any]], result: Mapping[str, Any]) -> dict[str, list[Question]]:
    """Questions as the questionnaire's event told them, with the scores of the result."""
    by_field: dict[str, list[Question]] = {}
    figures: Mapping[str, Any] = result.get("questions") or {}
    for one in questions:
        score = (figures.get(one["id"]) or {}).get("score")
        by_field.setdefault(one["field"], []).append(Question(one["id"], one["title"], score))
    return by_field


def _score(line: Line) -> float:
    assert line.total.score is not None
    return line.total.score


def _gap(line: Line) -> Gap | None:
    scored = [(figure.score, id) for id, figure in line.perspectives if figure.score is not None]
    if len(scored) < 2:
        return None
    high, low = max(scored, key=lambda one: one[0]), min(scored, key=lambda one: one[0])
    return Gap(line, high[0] - low[0], high[1], low[1], high[0], low[0])
