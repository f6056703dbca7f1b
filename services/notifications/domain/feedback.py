"""Counts what people say of a gathering afterwards, without names, and shows it only where nobody can be recognised in it.

Rules:
* Answers are kept as counts only: which answers came from one person, and when, is stored nowhere.
* Each count is published by itself, rounded down to a multiple of five: 10 stands for ten to fourteen people, fewer than five are not
  published. So a published count changes only when five more people gave that very answer, and it does not depend on the other
  answers: a total, or the moment of a publication, would give the rest away by subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Question = Literal["welcome", "understood", "again"]
Answer = Literal["yes", "partly", "no"]
QUESTIONS: tuple[Question, ...] = ("welcome", "understood", "again")
ANSWERS: tuple[Answer, ...] = ("yes", "partly", "no")
STEP = 5

Counts = Mapping[str, int]
"""How many gave each answer to one question."""


class Tally(msgspec.Struct, frozen=True):
    """How many people gave each answer. `counts`: by question."""

    counts: Mapping[str, Counts] = {}

    def with_answers(self, answers: Mapping[str, str]) -> Tally:
        """The tally with one person's answers. Questions left out stay as they are.

        Raises:
            ValueError: there is no such question or answer.
        """
        counts = {question: dict(counts_of_question) for question, counts_of_question in self.counts.items()}
        for question, answer in answers.items():
            if question not in QUESTIONS or answer not in ANSWERS:
                raise ValueError("no such question or answer")
            counts_of_question = counts.setdefault(question, {})
            counts_of_question[answer] = counts_of_question.get(answer, 0) + 1
        return Tally(counts)

    @property
    def cells(self) -> tuple[tuple[Question, Answer, int], ...]:
        """(question, answer, count rounded down to a multiple of five) of each answer that may be published."""
        return tuple(
            (question, answer, count // STEP * STEP)
            for question in QUESTIONS
            for answer in ANSWERS
            if (count := self.counts.get(question, {}).get(answer, 0)) >= STEP
        )
