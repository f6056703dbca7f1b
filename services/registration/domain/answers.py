"""Answers to a gathering's own questions: reading what was entered, which questions are asked of whom, counting.

An answer is a text, a number, true or false, the id of an option, a list of such ids, or a day (`2026-11-30`); None where there is
none. Where each person is asked it is a list of those, the person who signs up first, then the companions in their order.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from chassis.text import plain_text
from chassis.text.numbers import decimal_number
from chassis.text.plain_text import NotText
from services.registration.domain.questions import Question

Answers = Mapping[str, Any]
LONGEST = {"text": 200, "long_text": 2_000}
GREATEST = 1_000_000_000_000
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)

EMPTY = "Please fill in this field."
NOT_ASKED = "This is not asked at this meeting (any more)."
FOR_EACH = "Give a list with one answer for each of the %(people)s people; null where there is none."
NO_TEXT = "Please type this again: it holds control characters that nobody can see."
INVISIBLE = "Please write something that can be seen."
ONE_LINE = "Please write this on one line, without line breaks and tabs."
TOO_LONG = "Please shorten this to %(most)s characters."
NO_NUMBER = "Please write a number in digits, such as 24."
TOO_GREAT = "Please write a number from %(least)s to %(most)s."
NOT_YES_OR_NO = "Please answer with yes or no."
NO_OPTION = "This is not offered (any more). Please choose again."
NO_DAY = "Please choose a day in the years %(first)s to %(last)s."


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """Mistake in an answer, and how to mend it. `person` None: with that of the whole group."""

    question: str
    person: int | None
    remedy: str
    values: dict[str, object] = field(default_factory=dict)


class _Wrong(Exception):
    def __init__(self, remedy: str, **values: object) -> None:
        super().__init__(remedy)
        self.remedy = remedy
        self.values = values


def read_answers(
    questions: Mapping[str, Question], entered: Answers, people: int, before: Answers | None = None
) -> tuple[dict[str, Any], list[WrongAnswer]]:
    """Read the answers that were `entered`; (all answers as they stand then, all that is wrong with those entered).

    `before`: what stands already, for a group of as many `people`; what is not entered stays, None takes an answer back. A new
    registration (`before` None) has to answer all that is required of it. Answers to what is not asked of somebody are dropped;
    those to what is asked no more stay.
    """
    wrong: list[WrongAnswer] = []
    after: dict[str, Any] = dict(before or {})
    for id, value in entered.items():
        question = questions.get(id)
        if question is None or not (question.asked or value is None):
            wrong.append(WrongAnswer(id, None, NOT_ASKED))
        elif not question.each:
            after[id] = _checked(question, value, (before or {}).get(id), None, wrong)
        elif value is None:
            after[id] = None
        elif not isinstance(value, list) or len(value) != people:
            wrong.append(WrongAnswer(id, None, FOR_EACH, {"people": people}))
        else:
            former = each(before or {}, id, people)
            after[id] = [
                _checked(question, person_value, former[person], person, wrong)
                for person, person_value in enumerate(value)
            ]
    shown = only_asked(questions, after, people)
    flawed = {person_value.question for person_value in wrong}
    demanded = [id for id in questions if before is None or id in entered]
    for id in demanded:
        if id not in flawed:
            wrong += [WrongAnswer(id, person, EMPTY) for person in _left_open(questions, questions[id], shown, people)]
    return shown, wrong


def only_asked(questions: Mapping[str, Question], answers: Answers, people: int) -> dict[str, Any]:
    """The answers without those to questions that are not asked of whoever gave them, and without empty ones."""
    asked_answers: dict[str, Any] = {}
    for id, value in answers.items():
        question = questions.get(id)
        if question is None or not question.asked:
            asked_answers[id] = value
        elif not question.each:
            asked_answers[id] = value if is_asked(questions, question, answers, None) else None
        else:
            asked_answers[id] = [
                person_answer if is_asked(questions, question, answers, person) else None
                for person, person_answer in enumerate(each(answers, id, people))
            ]
    return {id: value for id, value in asked_answers.items() if not is_empty(value)}


def is_asked(questions: Mapping[str, Question], question: Question, answers: Answers, person: int | None) -> bool:
    """Whether the question is asked, given the other answers: what it depends on is asked itself and was answered so."""
    if not question.asked:
        return False
    condition = question.shown_if
    if condition is None:
        return True
    other = questions.get(condition.question)
    if other is None or not is_asked(questions, other, answers, person):
        return False
    value = answers.get(other.id)
    if other.each:
        value = value[person] if isinstance(value, list) and person is not None and person < len(value) else None
    if isinstance(value, list):
        return condition.equals in value
    return type(value) is type(condition.equals) and value == condition.equals


def unanswered(questions: Mapping[str, Question], answers: Answers, people: int) -> list[str]:
    """Ids of required questions that somebody has not answered: they came later, or for people who came later."""
    return [id for id, question in questions.items() if _left_open(questions, question, answers, people)]


def carry_over(value: Sequence[Any], before: Sequence[str], after: Sequence[str]) -> list[Any]:
    """Carry the answers for each person over when the companions (`before`, by name or empty) become others (`after`).

    Who is named on both sides keeps theirs, and as many people as before stay in their order. Of fewer or more, only those without
    a name follow those without one: nobody guesses who it is.
    """
    padded = [*value, *[None] * (1 + len(before))]
    own, of_companions = padded[0], padded[1:]
    unmatched = dict(enumerate(before))
    carried_over: list[Any] = [None] * len(after)

    def first_unmatched(name: str) -> int | None:
        return next((place for place, name_before in unmatched.items() if name_before == name), None)

    def carry(place_before: int, place: int) -> None:
        carried_over[place] = of_companions[place_before]
        del unmatched[place_before]

    others: list[int] = []
    for place, name in enumerate(after):
        place_before = first_unmatched(name) if name else None
        if place_before is None:
            others.append(place)
        else:
            carry(place_before, place)
    for place in others:
        if len(before) == len(after):
            place_before = place if place in unmatched else None
        else:
            place_before = None if after[place] else first_unmatched("")
        if place_before is not None:
            carry(place_before, place)
    return [own, *carried_over]


def each(answers: Answers, id: str, people: int) -> list[Any]:
    """The answers of each person, None where there is none."""
    value = answers.get(id)
    by_person = list(value) if isinstance(value, list) else []
    return (by_person + [None] * people)[:people]


def is_empty(value: Any) -> bool:
    """Whether nobody answered."""
    return value is None or (isinstance(value, list) and all(is_empty(one) for one in value))


@dataclass(slots=True)
class Summed:
    """How many answered a question, how often each option (or yes and no, as true and false) was chosen, what numbers add up to: exactly,
    so that what was added can be taken away again."""

    answered: int = 0
    chosen: Counter[str] = field(default_factory=Counter)
    total: int | Fraction = 0

    def add(self, question: Question, value: Any, times: Literal[1, -1] = 1) -> None:
        """Count the answer of a group or, where each is asked, of everybody in it; `times` -1: count it no more."""
        for answer in value if question.each and isinstance(value, list) else [value]:
            if is_empty(answer):
                continue
            self.answered += times
            if question.kind == "number":
                self.total += times * (answer if isinstance(answer, int) else Fraction(answer))
            elif question.kind == "boolean":
                self.chosen["true" if answer else "false"] += times
            elif question.choices:
                for option in answer if isinstance(answer, list) else [answer]:
                    self.chosen[option] += times


def summed(questions: Mapping[str, Question], answers: Iterable[Answers]) -> dict[str, Summed]:
    """What many groups answered, by question."""
    sums = {id: Summed() for id in questions}
    for group_answers in answers:
        for id, value in group_answers.items():
            if id in sums:
                sums[id].add(questions[id], value)
    return sums


def _left_open(
    questions: Mapping[str, Question], question: Question, answers: Answers, people: int
) -> list[int | None]:
    """The persons whose required answer is missing; None in place of one: that of the whole group."""
    if not (question.required and question.asked):
        return []
    persons: list[int | None] = [*range(people)] if question.each else [None]
    values = each(answers, question.id, people)
    return [
        person
        for person in persons
        if is_empty(answers.get(question.id) if person is None else values[person])
        and is_asked(questions, question, answers, person)
    ]


def _checked(question: Question, value: Any, before: Any, person: int | None, wrong: list[WrongAnswer]) -> Any:
    try:
        return _read(question, value, before)
    except _Wrong as error:
        wrong.append(WrongAnswer(question.id, person, error.remedy, error.values))
        return None


def _read(question: Question, value: Any, before: Any) -> Any:
    """The answer as it is stored. `before`: what stood there, since an option that was taken out may be kept. Raises _Wrong."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    match question.kind:
        case "text" | "long_text":
            return _text(value, question.kind)
        case "number":
            return _number(value)
        case "boolean":
            if not isinstance(value, bool):
                raise _Wrong(NOT_YES_OR_NO)
            return value
        case "choice":
            return _option(question, value, [before])
        case "choices":
            if not isinstance(value, list):
                raise _Wrong(NO_OPTION)
            chosen = {_option(question, one, before if isinstance(before, list) else []) for one in value}
            return [id for id in question.choices if id in chosen] or None
        case "date":
            return _day(value)


def _text(value: Any, kind: str) -> str | None:
    if not isinstance(value, str):
        raise _Wrong(NO_TEXT)
    try:
        text = plain_text.line(value) if kind == "text" else plain_text.prose(value)
    except NotText as error:
        raise _Wrong(ONE_LINE if error.code == "line_break" else NO_TEXT) from None
    if not plain_text.is_visible(text):
        raise _Wrong(INVISIBLE)
    if len(text) > LONGEST[kind]:
        raise _Wrong(TOO_LONG, most=LONGEST[kind])
    return text


def _number(value: Any) -> float:
    """Also as it is typed, in the digits of any script."""
    if isinstance(value, str):
        try:
            value = decimal_number(value)
        except ValueError:
            raise _Wrong(NO_NUMBER) from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _Wrong(NO_NUMBER)
    if not -GREATEST <= value <= GREATEST:
        raise _Wrong(TOO_GREAT, least=-GREATEST, most=GREATEST)
    return int(value) if float(value).is_integer() else value


def _option(question: Question, value: Any, before: Sequence[Any]) -> str:
    if not isinstance(value, str) or value not in question.choices or (value in question.gone and value not in before):
        raise _Wrong(NO_OPTION)
    return value


def _day(value: Any) -> str:
    text = "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in str(value).strip()[:20])
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not isinstance(value, str) or not FIRST_DAY <= day <= LAST_DAY:
        raise _Wrong(NO_DAY, first=FIRST_DAY.year, last=LAST_DAY.year)
    return day.isoformat()
