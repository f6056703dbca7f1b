"""Levels and coverages, exactly: fractions all the way, no rounding (that happens once, in `result`).

The words, from the bottom up. A *column* is either one perspective or the total of all.

* **Voice → perspective.** A question's level in a perspective is the plain mean of the levels its voices gave. Who says
  `not_applicable` is left out of that mean. Who is `unsure`, or was asked and gave no answer, is left out too or counts as
  the lowest level, as the rules of the questionnaire say. Voices have no weights.
* **Perspectives → question.** The question's level is the plain mean of the levels of those perspectives that have
  one, however many voices stand behind each: ten offices don't drown three associations. A perspective without a level
  at this question changes nothing, and a hidden one has none.
* **Applicable.** A question leaves the denominators of a column if a voice there said `not_applicable` and none gave a
  level or was unsure; one `not_applicable` plus silence is enough. Silence alone does not make a question inapplicable.
* **Covered.** A question is covered in a column if a voice there gave a level: one level from anybody is enough. An
  `unsure` that counts as zero does not cover it.
* **Coverage** of a question is 1 or 0; of a field: the weight of its covered questions / the weight of its applicable
  questions. So coverage is the part of the weight that the score stands on. Respondents who gave nothing change nothing.
* **Questions → field.** The field's level is the mean of the levels of its questions, weighted by the questions'
  weights. There is none if the coverage is below `minimum_coverage`. Criteria order the questions and have no weight.
* **Fields → overall** (`overall: fields`): level and coverage are the means over fields, weighted by the fields'
  weights; for the level over the fields that have one, for the coverage over those with anything applicable.
* **Questions → overall** (`overall: questions`): level and coverage as for a field, over all questions; the fields'
  weights and the minimum coverage play no part.
* A question without a level (and a field without one) leaves the mean above it: it never counts as zero by accident.
* **Consensus** replaces, in a calculation of its own, the total level of the questions where the workshop recorded one
  and covers them; the levels that people gave stay untouched.
* **Answered** counts voices with a level: of a question those in its shown cells; of a field and overall, per perspective,
  the most in one shown cell, then summed (a union of people would tell whose answers belong together).

Levels are counted here from the lowest of the scale: 0 … span. All of it is made from `ShownCells`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from disclosure.scheme import Overall, Rules, Scheme, Treatment, WeightedField, WeightedQuestion
from disclosure.shown_cells import ShownCell, ShownCells

_NOTHING, _WHOLE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Point:
    """One question in one column."""

    level: Fraction | None
    covered: bool
    applicable: bool

    @property
    def coverage(self) -> Fraction | None:
        """1, 0, or None where the question does not apply."""
        return (_WHOLE if self.covered else _NOTHING) if self.applicable else None


HIDDEN = Point(None, covered=False, applicable=True)
INAPPLICABLE = Point(None, covered=False, applicable=False)


@dataclass(frozen=True)
class Figure:
    """A field or the whole in one column: mean level and coverage, each None where there is nothing to tell."""

    level: Fraction | None
    coverage: Fraction | None


@dataclass(frozen=True)
class Column:
    """All figures of one perspective, of the total, or of the total with consensus."""

    points: Mapping[str, Point]
    fields: Mapping[str, Figure]
    overall: Figure


@dataclass(frozen=True)
class Figures:
    """The exact figures of shown cells. `consensus`: the agreed levels, counted from the lowest, by question.

    Where a function takes a perspective, None means the total of all.
    """

    cells: ShownCells
    consensus: Mapping[str, Fraction]

    @property
    def scheme(self) -> Scheme:
        return self.cells.scheme

    @cached_property
    def perspectives(self) -> Mapping[str, Column]:
        """The column of each perspective."""
        return {
            name: column(self.scheme, {question: self._point(question, name) for question in self.scheme.questions})
            for name in self.cells.perspectives
        }

    @cached_property
    def total(self) -> Column:
        """The means over the perspectives."""
        return column(self.scheme, {question: self._total_point(question) for question in self.scheme.questions})

    @cached_property
    def agreed(self) -> Column:
        """The total with the agreed levels in place."""
        agreed = {question: Point(level, covered=True, applicable=True) for question, level in self.consensus.items()}
        return column(self.scheme, {**self.total.points, **agreed})

    def column(self, perspective: str | None) -> Column:
        """A perspective's column, or the total's."""
        return self.total if perspective is None else self.perspectives[perspective]

    def is_told(self, questions: Iterable[WeightedQuestion], perspective: str | None = None) -> bool:
        """Whether anything is told of any of the questions; with a minimum of one that is so even where nobody answered."""
        if self.cells.minimum_group <= 1:
            return True
        names = self.cells.perspectives if perspective is None else (perspective,)
        return any(not self.cells.is_hidden(question.id, name) for question in questions for name in names)

    def answered(self, questions: Iterable[WeightedQuestion], perspective: str | None = None) -> int:
        """Voices, as the module says."""
        names = self.cells.perspectives if perspective is None else (perspective,)
        listed = list(questions)
        return sum(max((self._rated(question.id, name) for question in listed), default=0) for name in names)

    def spread(self, question: str) -> tuple[int, ...]:
        """Voices per level (lowest first) in the shown cells of a question."""
        shown = [cell.levels for _, cell in self._shown(question)]
        return tuple(map(sum, zip(*shown, strict=True))) if shown else (0,) * self.scheme.levels

    def _rated(self, question: str, name: str) -> int:
        cell = self.cells.cells.get((question, name))
        return cell.rated if cell else 0

    def _shown(self, question: str) -> list[tuple[str, ShownCell]]:
        cells = self.cells.cells
        return [(name, cell) for name in self.cells.perspectives if (cell := cells.get((question, name)))]

    def _point(self, question: str, name: str) -> Point:
        cell = self.cells.cells.get((question, name))
        if cell is None:
            return INAPPLICABLE if (question, name) in self.cells.inapplicable else HIDDEN
        return Point(mean_level(cell, self.scheme.rules), covered=cell.rated > 0, applicable=cell.applicable)

    def _total_point(self, question: str) -> Point:
        shown = [cell for _, cell in self._shown(question)]
        rated = sum(cell.rated for cell in shown)
        unsure = sum(cell.unsure for cell in shown)
        not_applicable = any(cell.not_applicable for cell in shown) or any(
            (question, name) in self.cells.inapplicable for name in self.cells.perspectives
        )
        if not_applicable and not rated and not unsure:
            return INAPPLICABLE
        columns = self.perspectives.values()
        levels = [level for one in columns if (level := one.points[question].level) is not None]
        return Point(_mean((level, _WHOLE) for level in levels), covered=rated > 0, applicable=True)


def mean_level(cell: ShownCell, rules: Rules) -> Fraction | None:
    """The level of a question in one perspective; None if no voice counts."""
    if not cell.applicable:
        return None
    voices = cell.rated
    voices += cell.unsure if rules.unsure is Treatment.ZERO else 0
    voices += cell.no_answer if rules.unanswered is Treatment.ZERO else 0
    return Fraction(sum(level * count for level, count in enumerate(cell.levels)), voices) if voices else None


def column(scheme: Scheme, points: Mapping[str, Point]) -> Column:
    """Fields and overall that follow from the questions."""
    fields = {field.id: field_figure(scheme.rules, field, points) for field in scheme.fields}
    if scheme.rules.overall is Overall.QUESTIONS:
        overall = _of_questions(scheme.questions.values(), points)
    else:
        weighted = [(field.weight, fields[field.id]) for field in scheme.fields]
        overall = Figure(
            _mean((figure.level, weight) for weight, figure in weighted if figure.level is not None),
            _mean((figure.coverage, weight) for weight, figure in weighted if figure.coverage is not None),
        )
    return Column(points, fields, overall)


def field_figure(rules: Rules, field: WeightedField, points: Mapping[str, Point]) -> Figure:
    """A field from its questions; without a level below the minimum coverage."""
    figure = _of_questions(field.questions, points)
    enough = figure.coverage is not None and figure.coverage >= rules.minimum_coverage
    return figure if enough else Figure(None, figure.coverage)


def _of_questions(questions: Iterable[WeightedQuestion], points: Mapping[str, Point]) -> Figure:
    weighted = [(question.weight, points[question.id]) for question in questions]
    return Figure(
        _mean((point.level, weight) for weight, point in weighted if point.level is not None),
        _mean((point.coverage, weight) for weight, point in weighted if point.coverage is not None),
    )


def _mean(weighted: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """The weighted mean, exactly; None of nothing. Weights are greater than zero."""
    # Whole numbers by denominator, of which there are few: fractions are reduced once at the end instead of at every step.
    total: dict[int, int] = defaultdict(int)
    weight_sum: dict[int, int] = defaultdict(int)
    for value, weight in weighted:
        total[value.denominator * weight.denominator] += value.numerator * weight.numerator
        weight_sum[weight.denominator] += weight.numerator
    return _sum(total) / _sum(weight_sum) if weight_sum else None


def _sum(by_denominator: Mapping[int, int]) -> Fraction:
    common = math.lcm(*by_denominator)
    return Fraction(
        sum(numerator * (common // denominator) for denominator, numerator in by_denominator.items()), common
    )
