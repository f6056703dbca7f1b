"""How a score came about, down to answers and weights, and what would change it.

A trace shows nothing that the result hides (see `disclosure`); what it may not show is null. Only its scores are
rounded, so that the contributions of the parts add up to the exact score of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypedDict

from services.selfcheck.domain.assessed import Assessed
from services.selfcheck.domain.figures import Point, column
from services.selfcheck.domain.questionnaire import Overall, Question
from services.selfcheck.domain.scoring import rounded
from services.selfcheck.domain.sensitivity import Sensitivity, sensitivity_of_field, sensitivity_of_overall


class PerspectiveTrace(TypedDict):
    """Answers of one perspective to a question: people per level (lowest first), the other three states, the mean."""

    spread: list[int]
    unsure: int
    not_applicable: int
    no_answer: int
    level: float | None


class Change(TypedDict):
    """The scores if the question's level were `level`, everything else unchanged. What may not be shown is None."""

    level: float
    question: float | None
    field: float | None
    overall: float | None


class Part(TypedDict):
    """A part of a mean: a question of its field, or a field of the whole.

    `share`: its part of the weight that counts, 0–1; `contribution`: the points it brings to the score of the whole,
    share · own score; `room`: the points the whole would gain if this part had the full score.
    """

    id: str
    weight: float
    score: float | None
    share: float | None
    contribution: float | None
    room: float | None


class QuestionTrace(TypedDict):
    """One question: its part in the field, its perspectives, and what another level (on the scale) would do."""

    field: str
    criterion: str
    part: Part
    level: float | None
    consensus_score: float | None
    perspectives: dict[str, PerspectiveTrace | None]
    one_level_up: Change | None
    one_level_down: Change | None


class WholeTrace(TypedDict):
    """A field, or the overall score, with its parts in the questionnaire's order and what would change it."""

    score: float | None
    coverage: float | None
    parts: list[Part]
    sensitivity: Sensitivity


def trace_question(assessed: Assessed, question: str) -> QuestionTrace:
    """The trace of one question. Raises `KeyError` for an unknown question."""
    field = assessed.questionnaire.field_of[question]
    criterion = next(entry.id for entry in field.criteria if any(q.id == question for q in entry.questions))
    level = assessed.total.points[question].level if assessed.question_shown(question) else None
    return {
        "field": field.id,
        "criterion": criterion,
        "part": next(part for part in _question_parts(assessed, field.questions) if part["id"] == question),
        "level": _on_scale(assessed, level),
        "consensus_score": rounded(assessed.questionnaire, assessed.consensus.get(question)),
        "perspectives": {name: _perspective(assessed, question, name) for name in assessed.tally.perspectives},
        "one_level_up": None if level is None else _change(assessed, question, level + 1),
        "one_level_down": None if level is None else _change(assessed, question, level - 1),
    }


def trace_field(assessed: Assessed, field_id: str) -> WholeTrace:
    """A field's score as the sum of its questions' contributions. Raises `KeyError` for an unknown field."""
    field = assessed.questionnaire.field(field_id)
    figure, shown = assessed.total.fields[field_id], assessed.field_shown(field)
    return {
        "score": rounded(assessed.questionnaire, figure.level) if shown else None,
        "coverage": _float(figure.coverage if shown else None),
        "parts": _question_parts(assessed, field.questions),
        "sensitivity": sensitivity_of_field(assessed, field),
    }


def trace_overall(assessed: Assessed) -> WholeTrace:
    """The overall score as the sum of its fields' contributions, or of its questions' where the rules say so."""
    questionnaire, figure, shown = assessed.questionnaire, assessed.total.overall, assessed.overall_shown()
    if questionnaire.rules.overall is Overall.QUESTIONS:
        parts = _question_parts(assessed, questionnaire.questions.values())
    else:
        levels = {field.id: assessed.total.fields[field.id].level for field in questionnaire.fields}
        counted = sum((field.weight for field in questionnaire.fields if levels[field.id] is not None), Fraction(0))
        parts = [
            _part(assessed, f.id, f.weight, levels[f.id] if assessed.field_shown(f) else None, counted)
            for f in questionnaire.fields
        ]
    return {
        "score": rounded(questionnaire, figure.level) if shown else None,
        "coverage": _float(figure.coverage if shown else None),
        "parts": parts,
        "sensitivity": sensitivity_of_overall(assessed),
    }


def _question_parts(assessed: Assessed, questions: Iterable[Question]) -> list[Part]:
    listed = list(questions)
    points = assessed.total.points
    counted = sum((question.weight for question in listed if points[question.id].level is not None), Fraction(0))
    return [
        _part(assessed, q.id, q.weight, points[q.id].level if assessed.question_shown(q.id) else None, counted)
        for q in listed
    ]


def _part(assessed: Assessed, part: str, weight: Fraction, level: Fraction | None, counted: Fraction) -> Part:
    """`level`: None if there is none or it may not be shown; `counted`: the weight of all parts that have a level."""
    if level is None:
        return Part(id=part, weight=float(weight), score=None, share=None, contribution=None, room=None)
    share, points = weight / counted, 100 * level / assessed.questionnaire.scale.span
    return {
        "id": part,
        "weight": float(weight),
        "score": rounded(assessed.questionnaire, level),
        "share": float(share),
        "contribution": float(share * points),
        "room": float(share * (100 - points)),
    }


def _perspective(assessed: Assessed, question: str, name: str) -> PerspectiveTrace | None:
    if not assessed.question_shown(question, name):
        return None
    cell = assessed.tally.cells[question, name]
    return {
        "spread": list(cell.levels),
        "unsure": cell.unsure,
        "not_applicable": cell.not_applicable,
        "no_answer": cell.blank,
        "level": _on_scale(assessed, assessed.perspectives[name].points[question].level),
    }


def _change(assessed: Assessed, question: str, level: Fraction) -> Change | None:
    """The scores with another level for one question, kept within the scale; None if there is no way to go."""
    questionnaire = assessed.questionnaire
    before = assessed.total.points[question]
    level = min(max(level, Fraction(0)), Fraction(questionnaire.scale.span))
    if level == before.level:
        return None
    changed = {**assessed.total.points, question: Point(level, before.covered, before.applicable)}
    after = column(questionnaire, changed)
    field = questionnaire.field_of[question]
    return {
        "level": float(questionnaire.scale.min + level),
        "question": rounded(questionnaire, level),
        "field": rounded(questionnaire, after.fields[field.id].level) if assessed.field_shown(field) else None,
        "overall": rounded(questionnaire, after.overall.level) if assessed.overall_shown() else None,
    }


def _on_scale(assessed: Assessed, level: Fraction | None) -> float | None:
    return None if level is None else float(assessed.questionnaire.scale.min + level)


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
