"""Traces a score down to shown cells and weights, and says what would change it.

Only scores are rounded, so that the contributions of the parts add up to the exact score of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from typing_extensions import TypedDict

from disclosure.figures import Figures, Point, column
from disclosure.result import LeftOut, overall_result, question_result, rounded
from disclosure.result import field_result as result_of_field
from disclosure.scheme import Overall, WeightedQuestion
from disclosure.sensitivity import Sensitivity, sensitivity_of_field, sensitivity_of_overall


class PerspectiveTrace(TypedDict):
    """Answers of one perspective to a question: voices per level (lowest first), the other three states, the mean."""

    spread: list[int]
    unsure: int
    not_applicable: int
    no_answer: int
    level: float | None


class Change(TypedDict):
    """The scores if the question's level were `level`, everything else unchanged."""

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
    """One question: its part in the field, its perspectives, and what another level (on the scale) would do.

    A perspective is null where its cell is hidden, and where no more is told of it than that the question does not apply.
    """

    field: str
    part: Part
    level: float | None
    consensus_score: float | None
    perspectives: dict[str, PerspectiveTrace | None]
    one_level_up: Change | None
    one_level_down: Change | None
    left_out: LeftOut


class WholeTrace(TypedDict):
    """A field, or the overall score, with its parts in the questionnaire's order and what would change it."""

    score: float | None
    coverage: float | None
    parts: list[Part]
    sensitivity: Sensitivity
    left_out: LeftOut


def trace_question(figures: Figures, question: str) -> QuestionTrace:
    """The trace of one question. Raises `KeyError` for an unknown question."""
    scheme = figures.scheme
    field = scheme.field_of[question]
    level = figures.total.points[question].level
    return {
        "field": field.id,
        "part": next(part for part in _question_parts(figures, field.questions) if part["id"] == question),
        "level": _on_scale(figures, level),
        "consensus_score": rounded(scheme, figures.consensus.get(question)),
        "perspectives": {name: _perspective(figures, question, name) for name in figures.cells.perspectives},
        "one_level_up": None if level is None else _change(figures, question, level + 1),
        "one_level_down": None if level is None else _change(figures, question, level - 1),
        "left_out": question_result(figures, question).get("left_out", {}),
    }


def trace_field(figures: Figures, field_id: str) -> WholeTrace:
    """A field's score as the sum of its questions' contributions. Raises `KeyError` for an unknown field."""
    field = figures.scheme.field(field_id)
    node = result_of_field(figures, field)
    return {
        "score": node["score"],
        "coverage": node["coverage"],
        "parts": _question_parts(figures, field.questions),
        "sensitivity": sensitivity_of_field(figures, field),
        "left_out": node.get("left_out", {}),
    }


def trace_overall(figures: Figures) -> WholeTrace:
    """The overall score as the sum of its fields' contributions, or of its questions' where the rules say so."""
    scheme, node = figures.scheme, overall_result(figures)
    if scheme.rules.overall is Overall.QUESTIONS:
        parts = _question_parts(figures, scheme.questions.values())
    else:
        levels = {field.id: figures.total.fields[field.id].level for field in scheme.fields}
        counted = sum((field.weight for field in scheme.fields if levels[field.id] is not None), Fraction(0))
        parts = [_part(figures, field.id, field.weight, levels[field.id], counted) for field in scheme.fields]
    return {
        "score": node["score"],
        "coverage": node["coverage"],
        "parts": parts,
        "sensitivity": sensitivity_of_overall(figures),
        "left_out": node.get("left_out", {}),
    }


def _question_parts(figures: Figures, questions: Iterable[WeightedQuestion]) -> list[Part]:
    listed = list(questions)
    points = figures.total.points
    counted = sum((question.weight for question in listed if points[question.id].level is not None), Fraction(0))
    return [_part(figures, q.id, q.weight, points[q.id].level, counted) for q in listed]


def _part(figures: Figures, part: str, weight: Fraction, level: Fraction | None, counted: Fraction) -> Part:
    """One part of how a score came about. `level`: None if there is none; `counted`: the weight of all parts that have a level."""
    if level is None:
        return Part(id=part, weight=float(weight), score=None, share=None, contribution=None, room=None)
    share, points = weight / counted, 100 * level / figures.scheme.span
    return {
        "id": part,
        "weight": float(weight),
        "score": rounded(figures.scheme, level),
        "share": float(share),
        "contribution": float(share * points),
        "room": float(share * (100 - points)),
    }


def _perspective(figures: Figures, question: str, name: str) -> PerspectiveTrace | None:
    cell = figures.cells.cells.get((question, name))
    if cell is None:
        return None
    return {
        "spread": list(cell.levels),
        "unsure": cell.unsure,
        "not_applicable": cell.not_applicable,
        "no_answer": cell.no_answer,
        "level": _on_scale(figures, figures.perspectives[name].points[question].level),
    }


def _change(figures: Figures, question: str, level: Fraction) -> Change | None:
    """The scores with another level for one question, kept within the scale; None if there is no way to go."""
    scheme = figures.scheme
    before = figures.total.points[question]
    level = min(max(level, Fraction(0)), Fraction(scheme.span))
    if level == before.level:
        return None
    changed = {**figures.total.points, question: Point(level, before.covered, before.applicable)}
    after = column(scheme, changed)
    return {
        "level": float(scheme.lowest + level),
        "question": rounded(scheme, level),
        "field": rounded(scheme, after.fields[scheme.field_of[question].id].level),
        "overall": rounded(scheme, after.overall.level),
    }


def _on_scale(figures: Figures, level: Fraction | None) -> float | None:
    return None if level is None else float(figures.scheme.lowest + level)
