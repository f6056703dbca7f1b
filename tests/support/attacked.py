"""Small random assessments, everything that can be fetched of them, and what an attacker makes of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.attacker import Attacker, Place, Publication

MINIMUM = 3
ACROSS = 5
PEOPLE, OFFICE = ("a", "b"), "office"
"""Two perspectives that speak as persons, and one that speaks as an institution."""


@dataclass
class Assessment:
    """`voices`: perspective and answers; `agreed`: what the workshop agreed on."""

    document: dict[str, Any]
    voices: list[tuple[str, dict[str, Any]]]
    agreed: dict[str, int]
    institutions: tuple[str, ...] = (OFFICE,)

    @property
    def voices_taking_part(self) -> list[tuple[str, dict[str, Any]]]:
        """As the attacker numbers them."""
        return [one for one in self.voices if any(answer is not None for answer in one[1].values())]


def questions(document: dict[str, Any]) -> list[str]:
    return [q["id"] for field in document["fields"] for c in field["criteria"] for q in c["questions"]]


def random_assessment(seed: int, document: Callable[..., dict[str, Any]], office: bool = True) -> Assessment:
    """Near the limits: few people, rare answers, words instead of levels, weights, zero rules."""
    chance = random.Random(seed)
    shape = {
        f"f{f}": {f"f{f}.{q}": chance.choice([0.5, 1, 1, 2]) for q in range(chance.randint(1, 3))} for f in range(2)
    }
    asked = document(
        shape,
        unsure=chance.choice(["exclude", "zero"]),
        unanswered=chance.choice(["exclude", "zero"]),
        overall=chance.choice(["fields", "questions"]),
        minimum_coverage=chance.choice([0, 0.5]),
        decimals=chance.randint(0, 2),
    )
    voices = []
    rare = chance.sample(questions(asked), 1)
    for view, most in (*((view, 6) for view in PEOPLE), *([(OFFICE, 1)] if office else [])):
        for _ in range(chance.randint(1, most)):
            answers: dict[str, Any] = {}
            for question in questions(asked):
                skips = chance.random() < (0.6 if question in rare else 0.15)
                answers[question] = chance.choice(["unsure", "not_applicable", None]) if skips else chance.randint(0, 4)
            voices.append((view, answers))
    agreed = {question: chance.randint(0, 4) for question in questions(asked) if chance.random() < 0.2}
    return Assessment(asked, voices, agreed)


def hidden_cells(attacker: Attacker, institutions: tuple[str, ...] = (OFFICE,), least: int = MINIMUM) -> list[Place]:
    """Cells of which nothing may be known: persons, fewer than `least` with a level, and somebody."""
    return [
        (question, view)
        for _, group in attacker.fields.values()
        for question, _ in group
        for view in attacker.views()
        if view not in institutions and 0 < len(attacker.rated((question, view))) < least
    ]


def shown_by_rule(attacker: Attacker, least: int, institutions: tuple[str, ...] = (OFFICE,)) -> Callable[[Place], bool]:
    """Whether a cell enters what is published under the rule of shown cells, from who answered alone: with enough levels, or
    where enough reacted and all said that it does not apply. The latter does not go beyond the municipality."""

    def enters(place: Place) -> bool:
        words = [state for _, state in attacker.states(place) if state is not None]
        all_alike = least == MINIMUM and len(words) >= least and set(words) == {"not_applicable"}
        return place[1] in institutions or words.count("level") >= least or all_alike

    return enters


def spread_publication(result: dict[str, Any], counted: Callable[[Place], bool], traces: dict[str, Any]) -> Publication:
    """A result with the traces of its questions."""
    return Publication(
        result,
        counted,
        {q: {view: one and one["spread"] for view, one in t["perspectives"].items()} for q, t in traces.items()},
        {q: t["level"] for q, t in traces.items()},
    )
