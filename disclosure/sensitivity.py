"""Computes what would change a score: which questions move it most, where rounding turns, and how near the minimum coverage is.

Everything here follows from the figures of shown cells and from the questionnaire's weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from typing_extensions import TypedDict

from disclosure.figures import Figure, Figures
from disclosure.result import rounded
from disclosure.scheme import Overall, WeightedField, WeightedQuestion

MOST_LEVERS = 10


class Lever(TypedDict):
    """A question and what one level more would do, or as much as is left to the highest.

    `gain`: points the whole would gain, not rounded; `score`: what the whole would then be, rounded.
    """

    question: str
    field: str
    level: float
    gain: float
    score: float | None


class Rounding(TypedDict):
    """Points the exact score would have to rise, or to fall, for another score to be shown."""

    up: float
    down: float


class Threshold(TypedDict):
    """How far a score stands from being shown or hidden. `margin`: coverage above the minimum from which there is a score; below
    zero, what is missing for one. `questions`: so many more applicable ones of average weight without an answer take the score
    away, or with one bring it."""

    minimum: float
    margin: float
    questions: int


class Sensitivity(TypedDict):
    """Of a field or of the whole. `levers`: the strongest first; `together`: the score if all questions with a level rose
    by one. None where there is no figure."""

    levers: list[Lever]
    together: float | None
    rounding: Rounding | None
    coverage: Threshold | None


def sensitivity_of_field(figures: Figures, field: WeightedField) -> Sensitivity:
    """What would change a field's score."""
    if not figures.is_told(field.questions):
        return {"levers": [], "together": None, "rounding": None, "coverage": None}
    figure = figures.total.fields[field.id]
    return _sensitivity(figures, figure, _gains(figures, field.questions), _threshold(figures, field, figure))


def sensitivity_of_overall(figures: Figures) -> Sensitivity:
    """What would change the overall score."""
    scheme = figures.scheme
    if scheme.rules.overall is Overall.QUESTIONS:
        gains = _gains(figures, scheme.questions.values())
    else:
        entering = [field for field in scheme.fields if figures.total.fields[field.id].level is not None]
        weight = sum((field.weight for field in entering), Fraction(0))
        gains = {
            question: gain * field.weight / weight
            for field in entering
            for question, gain in _gains(figures, field.questions).items()
        }
    return _sensitivity(figures, figures.total.overall, gains, None)


def _gains(figures: Figures, questions: Iterable[WeightedQuestion]) -> dict[str, Fraction]:
    """Levels that the mean over the questions would gain, by question that has a level and room."""
    listed = list(questions)
    points, span = figures.total.points, figures.scheme.span
    counted = sum((question.weight for question in listed if points[question.id].level is not None), Fraction(0))
    return {
        question.id: min(Fraction(1), span - level) * question.weight / counted
        for question in listed
        if (level := points[question.id].level) is not None and level < span
    }


def _sensitivity(
    figures: Figures, figure: Figure, gains: dict[str, Fraction], coverage: Threshold | None
) -> Sensitivity:
    scheme, level = figures.scheme, figure.level
    if level is None:
        return {"levers": [], "together": None, "rounding": None, "coverage": coverage}
    strongest = sorted(gains, key=lambda question: -gains[question])[:MOST_LEVERS]
    levers: list[Lever] = []
    for question in strongest:
        own = figures.total.points[question].level
        assert own is not None
        levers.append(
            {
                "question": question,
                "field": scheme.field_of[question].id,
                "level": float(scheme.lowest + own),
                "gain": float(100 * gains[question] / scheme.span),
                "score": rounded(scheme, level + gains[question]),
            }
        )
    return {
        "levers": levers,
        "together": rounded(scheme, level + sum(gains.values(), Fraction(0))),
        "rounding": _rounding(figures, level),
        "coverage": coverage,
    }


def _rounding(figures: Figures, level: Fraction) -> Rounding:
    """Scores are rounded half up: the shown one begins at its lower half-way point and ends just before the upper."""
    unit = Fraction(1, 10**figures.scheme.rules.decimals)
    exact = 100 * level / figures.scheme.span
    begins = (math.floor(exact / unit + Fraction(1, 2)) - Fraction(1, 2)) * unit
    return {"up": float(begins + unit - exact), "down": float(exact - begins)}


def _threshold(figures: Figures, field: WeightedField, figure: Figure) -> Threshold | None:
    """In questions of the average weight of those that apply: coverage speaks of nothing else."""
    minimum = figures.scheme.rules.minimum_coverage
    if figure.coverage is None or not minimum:
        return None
    margin = figure.coverage - minimum
    applicable = sum(figures.total.points[question.id].applicable for question in field.questions)
    of_average_weight = abs(margin) * applicable
    questions = math.floor(of_average_weight) + 1 if margin >= 0 else math.ceil(of_average_weight)
    return {"minimum": float(minimum), "margin": float(margin), "questions": questions}
