"""Small random assessments, everything that can be fetched of them, and what an attacker makes of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.attacker import Attacker, Place, Publication

MINIMUM = 3
ACROSS = 5
PEOPLE, OFFICE = ("a", "b"), "office"
"""Two perspectives that speak as persons, and one that speaks as an institution."""


@dataclass
class Assessment:
    """`voices`: perspective and answers; `handed_on`: by voice, the questions a colleague answered and what the inviting person
    had answered there before; `agreed`: what the workshop agreed on, one after the other; `stayed`: of a later wave, (voice, voice
    then, question) where the same level was given again, which is known to whoever attacks."""

    document: dict[str, Any]
    voices: list[tuple[str, dict[str, Any]]]
    agreed: dict[str, int]
    institutions: tuple[str, ...] = (OFFICE,)
    handed_on: dict[int, dict[str, Any]] = field(default_factory=dict)
    stayed: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def voices_taking_part(self) -> list[tuple[str, dict[str, Any]]]:
        """As the attacker numbers them."""
        return [one for one in self.voices if any(answer is not None for answer in one[1].values())]


def questions(document: dict[str, Any]) -> list[str]:
    return [q["id"] for one in document["fields"] for c in one["criteria"] for q in c["questions"]]


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
    case = Assessment(asked, voices, _agreed(chance, asked))
    for number, (_, answers) in enumerate(voices):
        if chance.random() < 0.3:
            held = [question for question, answer in answers.items() if answer is not None and chance.random() < 0.5]
            case.handed_on[number] = {question: chance.choice([None, "unsure", 0, 2, 4]) for question in held}
    return case


def next_wave(case: Assessment, seed: int) -> Assessment:
    """The same questionnaire again: some have gone, some have come, many say what they said."""
    chance = random.Random(seed)
    asked = questions(case.document)
    later = Assessment(case.document, [], _agreed(chance, case.document))
    for then, (view, answers) in enumerate(case.voices_taking_part):
        if chance.random() < 0.2:
            continue
        again = {q: answers[q] if chance.random() < 0.7 else chance.choice([0, 1, 2, 3, 4, None]) for q in asked}
        if all(answer is None for answer in again.values()):
            continue
        same = [q for q in asked if isinstance(again[q], int) and again[q] == answers[q]]
        later.stayed += [(len(later.voices), then, question) for question in same]
        later.voices.append((view, again))
    for _ in range(chance.randint(0, 2)):
        later.voices.append((chance.choice(PEOPLE), {question: chance.randint(0, 4) for question in asked}))
    return later


def _agreed(chance: random.Random, document: dict[str, Any]) -> dict[str, int]:
    return {question: chance.randint(0, 4) for question in questions(document) if chance.random() < 0.3}


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


def spread_publication(
    result: dict[str, Any], counted: Callable[[Place], bool], traces: dict[str, Any], agreed: dict[str, int]
) -> Publication:
    """A result with the traces of its questions, as it was told when so much was agreed on."""
    return Publication(
        result,
        counted,
        {q: {view: one and one["spread"] for view, one in t["perspectives"].items()} for q, t in traces.items()},
        {q: t["level"] for q, t in traces.items()},
        agreed,
    )
