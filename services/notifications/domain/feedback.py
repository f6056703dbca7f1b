"""Counts what people say of a gathering afterwards, without names, and shows it only where nobody can be recognised in it.

Rules:
* Answers are counts from the first moment on: which answers came together, and when, is kept nowhere.
* A question is told once five answered it, and told anew only when five more did: what changed from one telling to the next was
  said by five people at least.
* Of a question that is told, an answer that fewer than five gave is left out, and so is how many answered in all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Question = Literal["welcome", "understood", "again"]
Answer = Literal["yes", "partly", "no"]
QUESTIONS: tuple[Question, ...] = ("welcome", "understood", "again")
ANSWERS: tuple[Answer, ...] = ("yes", "partly", "no")
SMALLEST = 5

Counts = Mapping[str, int]
"""How many gave each answer to one question."""


class Tally(msgspec.Struct, frozen=True):
    """`counts`: by question; `told`: the counts of each question as they were when it was told last."""

    counts: Mapping[str, Counts] = {}
    told: Mapping[str, Counts] = {}

    def with_answers(self, given: Mapping[str, str]) -> Tally:
        """With one person's answers. Questions left out stay as they are.

        Raises:
            ValueError: there is no such question or answer.
        """
        counts = {question: dict(known) for question, known in self.counts.items()}
        for question, answer in given.items():
            if question not in QUESTIONS or answer not in ANSWERS:
                raise ValueError("no such question or answer")
            known = counts.setdefault(question, {})
            known[answer] = known.get(answer, 0) + 1
        told = {
            question: known
            for question, known in counts.items()
            if _answered(known) - _answered(self.told.get(question, {})) >= SMALLEST
        }
        return Tally(counts, {**self.told, **told})

    @property
    def cells(self) -> tuple[tuple[Question, Answer, int], ...]:
        """(question, answer, count) of what may be shown."""
        return tuple(
            (question, answer, self.told[question][answer])
            for question in QUESTIONS
            for answer in ANSWERS
            if self.told.get(question, {}).get(answer, 0) >= SMALLEST
        )


def _answered(counts: Counts) -> int:
    return sum(counts.values())
