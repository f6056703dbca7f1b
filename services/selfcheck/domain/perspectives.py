"""Computes how far perspectives lie apart: of every field, or of every question of one field.

Made of a published result alone, which is made of shown cells alone: what is hidden there is hidden here, and nothing is
calculated from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from disclosure.result import NodeResult, Result
from services.selfcheck.domain.questionnaire import Questionnaire, Texts


@dataclass(frozen=True)
class Comparison:
    """One field or question. `scores` by perspective, None where nothing is told; `gap`: from the lowest to the highest of
    those that are told, None for fewer than two."""

    id: str
    title: Texts
    scores: Mapping[str, float | None]
    gap: float | None


def compare_fields(questionnaire: Questionnaire, result: Result) -> list[Comparison]:
    """All fields of action, in their order."""
    decimals = questionnaire.rules.decimals
    return [_compared(field.id, field.title, result["fields"][field.id], decimals) for field in questionnaire.fields]


def compare_questions(questionnaire: Questionnaire, result: Result, field: str) -> list[Comparison]:
    """All questions of a field, in their order. Raises `KeyError`."""
    decimals = questionnaire.rules.decimals
    return [
        _compared(one.id, one.text, result["questions"][one.id], decimals)
        for one in questionnaire.field(field).questions
    ]


def widest(compared: list[Comparison]) -> Comparison | None:
    """The comparison in which perspectives lie furthest apart: the first of equals; None where nothing can be compared, or nothing differs."""
    comparable = [one for one in compared if one.gap]
    return max(comparable, key=lambda one: one.gap or 0, default=None)


def closest(compared: list[Comparison]) -> Comparison | None:
    """The comparison in which they lie closest together: the first of equals; None where nothing can be compared."""
    comparable = [one for one in compared if one.gap is not None]
    return min(comparable, key=lambda one: one.gap or 0, default=None)


def gap(node: NodeResult) -> float | None:
    """From the lowest to the highest score that is told; None for fewer than two."""
    scores = [one["score"] for one in node["perspectives"].values() if one["score"] is not None]
    return max(scores) - min(scores) if len(scores) > 1 else None


def _compared(id: str, title: Texts, node: NodeResult, decimals: int) -> Comparison:
    scores = {name: one["score"] for name, one in node["perspectives"].items()}
    apart = gap(node)
    return Comparison(id, title, scores, None if apart is None else round(apart, decimals))
