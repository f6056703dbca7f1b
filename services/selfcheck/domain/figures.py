"""The scoring rules, exactly: fractions all the way, no rounding (that happens once, in `scoring`).

The words, from the bottom up. A *column* is either one perspective or the total of all.

* **Person → perspective.** A question's level in a perspective is the plain mean of the levels its people gave. Who
  says `not_applicable` is left out of that mean. Who is `unsure`, or was asked and gave no answer, is left out too or
  counts as the lowest level, as the rules of the questionnaire say. People have no weights.
* **Perspectives → question.** The question's level is the plain mean of the levels of those perspectives that have
  one, however many people stand behind each: ten offices don't drown three associations. A perspective without a level
  at this question changes nothing.
* **Applicable.** A question leaves the denominators of a column if somebody there said `not_applicable` and nobody gave
  a level or was unsure. Silence does not make a question inapplicable.
* **Covered.** A question is covered in a column if somebody there gave a level; an `unsure` that counts as zero does
  not cover it.
* **Coverage** of a question is 1 or 0; of a field: the weight of its covered questions / the weight of its applicable
  questions. So coverage is the part of the weight that the score stands on. An `unsure` or a missing answer lowers it
  exactly where nobody else of the column knew; each further level can only raise it; who answered nothing changes
  nothing; colleagues who each answer what they know add up to full coverage.
* **Questions → field.** The field's level is the mean of the levels of its questions, weighted by the questions'
  weights. There is none if the coverage is below `minimum_coverage`. Criteria order the questions and have no weight.
* **Fields → overall** (`overall: fields`): level and coverage are the means over fields, weighted by the fields'
  weights; for the level over the fields that have one, for the coverage over those with anything applicable.
* **Questions → overall** (`overall: questions`): level and coverage as for a field, over all questions; the fields'
  weights and the minimum coverage play no part.
* A question without a level (and a field without one) leaves the mean above it: it never counts as zero by accident.
* **Consensus** replaces, in a calculation of its own, the total level of the questions where the workshop recorded one
  and covers them; the levels that people gave stay untouched.

Levels are counted here from the lowest of the scale: 0 … span.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from services.selfcheck.domain.questionnaire import Field, Overall, Question, Questionnaire, Rules, Treatment
from services.selfcheck.domain.tally import Cell, Tally


@dataclass(frozen=True)
class Point:
    """One question in one column."""

    level: Fraction | None
    covered: bool
    applicable: bool

    @property
    def coverage(self) -> Fraction | None:
        """1, 0, or None where the question does not apply."""
        return Fraction(self.covered) if self.applicable else None


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


def mean_level(cell: Cell, rules: Rules) -> Fraction | None:
    """The level of a question in one perspective; None if nobody's answer counts."""
    if not cell.applicable:
        return None
    people = cell.rated
    people += cell.unsure if rules.unsure is Treatment.ZERO else 0
    people += cell.blank if rules.unanswered is Treatment.ZERO else 0
    return Fraction(sum(level * count for level, count in enumerate(cell.levels)), people) if people else None


def perspective_points(questionnaire: Questionnaire, tally: Tally, perspective: str) -> dict[str, Point]:
    """Every question as one perspective sees it."""
    cells = {question: tally.cells[question, perspective] for question in questionnaire.questions}
    return {question: _point(cell, mean_level(cell, questionnaire.rules)) for question, cell in cells.items()}


def total_points(
    questionnaire: Questionnaire, tally: Tally, perspectives: Mapping[str, Mapping[str, Point]]
) -> dict[str, Point]:
    """Every question as the mean of the perspectives."""
    points: dict[str, Point] = {}
    for question in questionnaire.questions:
        cell = tally.total(question)
        levels = [level for column in perspectives.values() if (level := column[question].level) is not None]
        points[question] = _point(cell, _mean((level, Fraction(1)) for level in levels) if cell.applicable else None)
    return points


def with_consensus(points: Mapping[str, Point], consensus: Mapping[str, Fraction]) -> dict[str, Point]:
    """The points with the agreed levels in place; the given mapping stays as it is."""
    agreed = {question: Point(level, covered=True, applicable=True) for question, level in consensus.items()}
    return {**points, **agreed}


def column(questionnaire: Questionnaire, points: Mapping[str, Point]) -> Column:
    """Fields and overall that follow from the questions."""
    fields = {field.id: field_figure(questionnaire.rules, field, points) for field in questionnaire.fields}
    if questionnaire.rules.overall is Overall.QUESTIONS:
        overall = _of_questions(questionnaire.questions.values(), points)
    else:
        weighted = [(field.weight, fields[field.id]) for field in questionnaire.fields]
        overall = Figure(
            _mean((figure.level, weight) for weight, figure in weighted if figure.level is not None),
            _mean((figure.coverage, weight) for weight, figure in weighted if figure.coverage is not None),
        )
    return Column(points, fields, overall)


def field_figure(rules: Rules, field: Field, points: Mapping[str, Point]) -> Figure:
    """A field from its questions; without a level below the minimum coverage."""
    figure = _of_questions(field.questions, points)
    enough = figure.coverage is not None and figure.coverage >= rules.minimum_coverage
    return figure if enough else Figure(None, figure.coverage)


def _of_questions(questions: Iterable[Question], points: Mapping[str, Point]) -> Figure:
    weighted = [(question.weight, points[question.id]) for question in questions]
    return Figure(
        _mean((point.level, weight) for weight, point in weighted if point.level is not None),
        _mean((point.coverage, weight) for weight, point in weighted if point.coverage is not None),
    )


def _point(cell: Cell, level: Fraction | None) -> Point:
    return Point(level, covered=cell.rated > 0, applicable=cell.applicable)


def _mean(weighted: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """The weighted mean, exactly; None of nothing. Weights are greater than zero."""
    total = weight_sum = Fraction(0)
    for value, weight in weighted:
        total += value * weight
        weight_sum += weight
    return total / weight_sum if weight_sum else None
