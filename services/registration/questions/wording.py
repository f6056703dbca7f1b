"""Answers in words, for lists and pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.text.languages import Language, pick
from chassis.text.translations import mark
from services.registration.domain.answers import is_empty
from services.registration.domain.questions import Question

YES, NO = mark("Yes"), mark("No")
GONE = mark("%(option)s (not offered any more)")
PERSON = mark("Person %(number)s")


@dataclass(frozen=True, slots=True)
class Wording:
    """Wording of questions and answers in one language. `say` translates a sentence of the catalogue."""

    language: str | Language
    say: Callable[[str], str]

    def question(self, question: Question) -> str:
        return pick(question.label, self.language)[0]

    def option(self, question: Question, id: str) -> str:
        """An option, also one that was taken out."""
        label = question.choices.get(id)
        words = pick(label, self.language)[0] if label else id
        return self.say(GONE) % {"option": words} if id in question.gone else words

    def answer(self, question: Question, value: Any) -> str:
        """One answer; empty where there is none."""
        if is_empty(value):
            return ""
        if isinstance(value, bool):
            return self.say(YES if value else NO)
        if question.choices:
            return ", ".join(self.option(question, id) for id in (value if isinstance(value, list) else [value]))
        return str(value)

    def answers(self, question: Question, value: Any, names: Sequence[str]) -> list[tuple[str, str]]:
        """(who, answer) of each person who answered; who is empty where the group was asked. `names`: of all in the group."""
        if not question.each:
            return [("", self.answer(question, value))] if not is_empty(value) else []
        values = value if isinstance(value, list) else []
        return [
            (self.person(names, person), self.answer(question, person_value))
            for person, person_value in enumerate(values)
            if not is_empty(person_value)
        ]

    def person(self, names: Sequence[str], at: int) -> str:
        """A person of a group by name, else by number."""
        name = names[at] if at < len(names) else ""
        return name or self.say(PERSON) % {"number": at + 1}

    def cell(self, question: Question, value: Any, names: Sequence[str]) -> str | float | None:
        """What stands in a table: numbers as such, where the group was asked."""
        if question.kind == "number" and not question.each:
            return value if isinstance(value, int | float) else None
        answers = self.answers(question, value, names)
        return "; ".join(f"{name}: {answer}" if name and len(names) > 1 else answer for name, answer in answers)


def for_readers(questions: Mapping[str, Question], special: bool) -> dict[str, Question]:
    """The questions whose answers somebody may see."""
    return {id: one for id, one in questions.items() if special or not one.special}
