"""Responses that show comparisons of versions, and texts that are missing."""

from __future__ import annotations

from typing import Any

from chassis.text.languages import EVERYWHERE, LANGUAGES
from services.selfcheck.domain.comparison import Comparison, QuestionChange
from services.selfcheck.domain.completeness import completeness
from services.selfcheck.domain.questionnaire import Questionnaire


def complete_as_json(questionnaire: Questionnaire) -> dict[str, Any]:
    """Build the report of completeness: every language of the platform, with the one readers get instead of what is missing."""
    return {
        "languages": [
            {
                "language": one.language,
                "texts": one.texts,
                "share": one.share,
                "instead": list(LANGUAGES[one.language].fallbacks[1:]) if one.language in LANGUAGES else [],
                "missing": [{"pointer": place.pointer, "of": place.of, "part": place.part} for place in one.missing],
            }
            for one in completeness(questionnaire, EVERYWHERE)
        ]
    }


def compared_as_json(comparison: Comparison) -> dict[str, Any]:
    return {
        "scale_changed": comparison.scale_changed,
        "rules_changed": list(comparison.rules_changed),
        "comparable": {field: float(share) for field, share in comparison.comparable.items()},
        "questions": [_change(one) for one in comparison.questions],
        "removed": [{"id": one.id, "text": one.text} for one in comparison.removed],
    }


def _change(change: QuestionChange) -> dict[str, Any]:
    """Build the part of the response that tells of a question that changed between two versions. `relation` is `same`, `comparable` or `new`; `wording` are pieces of text, each
    `same`, `removed` or `added`."""
    before = None
    if change.before is not None:
        before = {"id": change.before.id, "field": change.field_before, "weight": float(change.before.weight)}
    return {
        "id": change.question.id,
        "text": change.question.text,
        "field": change.field,
        "weight": float(change.question.weight),
        "relation": change.relation.value if change.relation else "new",
        "before": before,
        "changed": change.changed,
        "moved": change.moved,
        "reweighted": change.reweighted,
        "warnings": [warning.value for warning in change.warnings],
        "reworded": [
            {
                "part": text.part,
                "language": text.language,
                "wording": [{"kind": kind, "text": words} for kind, words in text.wording],
            }
            for text in change.reworded
        ],
    }
