"""What would change a score: which questions move it most, how near rounding is, and how near the minimum coverage.

Everything here follows from figures that are shown and from the questionnaire's weights, so it tells nothing that the
result hides (see `disclosure`): a hidden question is no lever, and a whole that is hidden has no sensitivity.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import TypedDict

from services.selfcheck.domain.assessed import Assessed
from services.selfcheck.domain.figures import Figure
from services.selfcheck.domain.questionnaire import Field, Overall, Question
from services.selfcheck.domain.scoring import rounded

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
    """`margin`: coverage above the minimum from which there is a score; below zero, what is missing for one.
    `questions`: so many more of average weight without an answer take the score away, or with one bring it."""

    minimum: float
    margin: float
    questions: int


class Sensitivity(TypedDict):
    """Of a field or of the whole. `levers`: the strongest first; `together`: the score if all questions that are shown rose
    by one level. None where there is no figure or it may not be shown."""

    levers: list[Lever]
    together: float | None
    rounding: Rounding | None
    coverage: Threshold | None


def sensitivity_of_field(assessed: Assessed, field: Field) -> Sensitivity:
    """What would change a field's score."""
    if not assessed.field_shown(field):
        return _nothing()
    figure = assessed.total.fields[field.id]
    return _sensitivity(assessed, figure, _gains(assessed, field.questions), _threshold(assessed, field, figure))


def sensitivity_of_overall(assessed: Assessed) -> Sensitivity:
    """What would change the overall score."""
    if not assessed.overall_shown():
        return _nothing()
    questionnaire = assessed.questionnaire
    if questionnaire.rules.overall is Overall.QUESTIONS:
        gains = _gains(assessed, questionnaire.questions.values())
    else:
        entering = assessed.entering(assessed.total)
        weight = sum((field.weight for field in entering), Fraction(0))
        gains = {
            question: gain * field.weight / weight
            for field in entering
            for question, gain in _gains(assessed, field.questions).items()
        }
    return _sensitivity(assessed, assessed.total.overall, gains, None)


def _gains(assessed: Assessed, questions: Iterable[Question]) -> dict[str, Fraction]:
    """Levels that the mean over the questions would gain, by question that is shown and has room."""
    listed = list(questions)
    points, span = assessed.total.points, assessed.questionnaire.scale.span
    counted = sum((question.weight for question in listed if points[question.id].level is not None), Fraction(0))
    gains: dict[str, Fraction] = {}
    for question in listed:
        level = points[question.id].level
        if level is not None and level < span and assessed.question_shown(question.id):
            gains[question.id] = min(Fraction(1), span - level) * question.weight / counted
    return gains


def _sensitivity(
    assessed: Assessed, figure: Figure, gains: dict[str, Fraction], coverage: Threshold | None
) -> Sensitivity:
    questionnaire, level = assessed.questionnaire, figure.level
    if level is None:
        return {"levers": [], "together": None, "rounding": None, "coverage": coverage}
    strongest = sorted(gains, key=lambda question: -gains[question])[:MOST_LEVERS]
    low, span = questionnaire.scale.min, questionnaire.scale.span
    levers: list[Lever] = []
    for question in strongest:
        own = assessed.total.points[question].level
        assert own is not None
        levers.append(
            {
                "question": question,
                "field": questionnaire.field_of[question].id,
                "level": float(low + own),
                "gain": float(100 * gains[question] / span),
                "score": rounded(questionnaire, level + gains[question]),
            }
        )
    return {
        "levers": levers,
        "together": rounded(questionnaire, level + sum(gains.values(), Fraction(0))),
        "rounding": _rounding(assessed, level),
        "coverage": coverage,
    }


def _rounding(assessed: Assessed, level: Fraction) -> Rounding:
    """Scores are rounded half up: the shown one begins at its lower half-way point and ends just before the upper."""
    questionnaire = assessed.questionnaire
    unit = Fraction(1, 10**questionnaire.rules.decimals)
    exact = 100 * level / questionnaire.scale.span
    begins = (math.floor(exact / unit + Fraction(1, 2)) - Fraction(1, 2)) * unit
    return {"up": float(begins + unit - exact), "down": float(exact - begins)}


def _threshold(assessed: Assessed, field: Field, figure: Figure) -> Threshold | None:
    """In questions of the field's average weight: which ones are answered is not told of hidden questions."""
    minimum = assessed.questionnaire.rules.minimum_coverage
    if figure.coverage is None or not minimum:
        return None
    margin = figure.coverage - minimum
    of_average_weight = abs(margin) * len(field.questions)
    questions = math.floor(of_average_weight) + 1 if margin >= 0 else math.ceil(of_average_weight)
    return {"minimum": float(minimum), "margin": float(margin), "questions": questions}


def _nothing() -> Sensitivity:
    return {"levers": [], "together": None, "rounding": None, "coverage": None}
