"""Questionnaires and responses for tests: small ones by hand, arbitrary ones for properties."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from disclosure.scheme import Answer
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.responses import Response
from tests.support.examples import examples

EXAMPLES = settings(max_examples=examples(60), deadline=None, derandomize=True)
"""For properties: the same examples in every run."""

Shape = dict[str, dict[str, float]]
"""Question weights by field and question."""


def document(
    shape: Shape, *, scale: tuple[int, int] = (0, 4), field_weights: dict[str, float] | None = None, **rules: Any
) -> dict[str, Any]:
    """A questionnaire document; every field has one criterion. Rules not given: the ones of our own questionnaire."""
    low, high = scale
    return {
        "id": "test",
        "version": "1",
        "title": {"de": "Test"},
        "scale": {"min": low, "max": high, "labels": [{"de": f"Stufe {level}"} for level in range(low, high + 1)]},
        "rules": {
            "unsure": "exclude",
            "unanswered": "exclude",
            "overall": "fields",
            "minimum_coverage": 0.7,
            "decimals": 0,
            **rules,
        },
        "fields": [
            {
                "id": field,
                "title": {"de": field},
                "weight": (field_weights or {}).get(field, 1),
                "criteria": [
                    {
                        "id": "c",
                        "title": {"de": "Kriterium"},
                        "questions": [{"id": q, "text": {"de": q}, "weight": w} for q, w in questions.items()],
                    }
                ],
            }
            for field, questions in shape.items()
        ],
    }


def questionnaire(shape: Shape, **options: Any) -> Questionnaire:
    """The questionnaire of `document`."""
    return parse(document(shape, **options))


def respond(perspective: str, *rows: dict[str, Answer]) -> list[Response]:
    """One response per row, all of one perspective."""
    return [Response(f"{perspective}{number}", perspective, row) for number, row in enumerate(rows)]


weights = st.sampled_from([0.1, 0.5, 1, 1, 1, 2, 3])


@st.composite
def questionnaires(draw: st.DrawFn, max_fields: int = 3, max_questions: int = 4, **fixed: Any) -> Questionnaire:
    """Questionnaires of a few fields under all rules; `fixed` pins rules."""
    shape = {
        f"f{f}": {f"f{f}.q{q}": draw(weights) for q in range(draw(st.integers(1, max_questions)))}
        for f in range(draw(st.integers(1, max_fields)))
    }
    low = draw(st.sampled_from([0, 0, 1, -2]))
    rules = {
        "unsure": draw(st.sampled_from(["exclude", "zero"])),
        "unanswered": draw(st.sampled_from(["exclude", "zero"])),
        "overall": draw(st.sampled_from(["fields", "questions"])),
        "minimum_coverage": draw(st.sampled_from([0, 0.5, 0.7, 1])),
        "decimals": draw(st.integers(0, 3)),
        **fixed,
    }
    return questionnaire(
        shape,
        scale=(low, low + draw(st.integers(1, 5))),
        field_weights={field: draw(weights) for field in shape},
        **rules,
    )


def answers(draw: st.DrawFn, of: Questionnaire) -> Answer:
    """Any valid answer, levels most often."""
    return draw(_answers(of.scale.min, of.scale.max))


@cache
def _answers(low: int, high: int) -> st.SearchStrategy[Answer]:
    """Making a strategy takes longer than drawing from it."""
    levels = st.integers(low, high)
    return st.one_of(levels, levels, st.sampled_from(["unsure", "not_applicable", None]))


@st.composite
def responses(
    draw: st.DrawFn, of: Questionnaire, max_people: int = 8, perspectives: tuple[str, ...] = ("a", "b", "c")
) -> list[Response]:
    """Valid responses of several perspectives, some questions left out."""
    people = draw(st.integers(0, max_people))
    return [
        Response(
            f"r{number}",
            draw(st.sampled_from(perspectives)),
            {question: answers(draw, of) for question in of.questions if draw(st.integers(0, 5))},
        )
        for number in range(people)
    ]


@st.composite
def assessments(draw: st.DrawFn, **options: Any) -> tuple[Questionnaire, list[Response]]:
    """A questionnaire with responses to it."""
    chosen = draw(questionnaires(**options))
    return chosen, draw(responses(chosen))
