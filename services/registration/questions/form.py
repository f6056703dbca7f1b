"""A gathering's own questions on forms: their fields, what they show of answers, and what was entered into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chassis.pages.forms import Form
from services.registration.domain.answers import Answers, WrongAnswer, each, is_empty, read_answers
from services.registration.domain.questions import Question

SHOWN = "questions_shown"
"""A hidden field of forms that show the questions: boxes that are not ticked send nothing."""


def field_of(question: Question, person: int | None) -> str:
    """The name of a field: of the whole group, or of one person in it."""
    return f"answer.{'all' if person is None else person}.{question.id}"


def is_of_companion(field: str) -> bool:
    """Whether the field is about somebody who comes along."""
    of, _, person = field.partition(".")
    return of == "answer" and person.partition(".")[0] not in ("all", "0")


def asked_questions(questions: Mapping[str, Question]) -> list[Question]:
    return [one for one in questions.values() if one.asked]


def places_of(questions: Mapping[str, Question]) -> dict[str, str]:
    """Where a form shows what the API finds wrong with an answer."""
    return {f"/answers/{one.id}": field_of(one, 0 if one.each else None) for one in questions.values()}


def values_of_answers(questions: Mapping[str, Question], answers: Answers, people: int) -> dict[str, Any]:
    """What a form shows of answers that stand."""
    return {
        field: ("true" if value else "false") if isinstance(value, bool) else value
        for question in asked_questions(questions)
        for field, value in _fields(question, answers, people)
    }


def first_answers_entered(form: Form, questions: Mapping[str, Question], people: int) -> dict[str, Any]:
    """The answers of whoever signs up; what is wrong is noted in the form."""
    answers, wrong = read_answers(questions, _entered(form, questions, people), people)
    _note(form, questions, wrong)
    return answers


def changed_answers_entered(
    form: Form, questions: Mapping[str, Question], people: int, before: Answers, unseen: frozenset[str]
) -> dict[str, Any]:
    """The answers that are to be different (None: taken back); what is wrong is noted in the form. `before`: as the form showed them.
    Those `unseen` were not shown; left empty they stay, and what depends on them goes on as it was entered."""
    if not form.value(SHOWN):
        return {}
    entered = _entered(form, questions, people)
    counted = {id: value for id, value in entered.items() if not (id in unseen and is_empty(value))}
    after, wrong = read_answers(questions, counted, people, before)
    _note(form, questions, [one for one in wrong if one.question not in unseen or one.question in counted])
    answers = {
        id: value if _depends_on(questions, questions[id], unseen) else after.get(id) for id, value in counted.items()
    }
    return {id: value for id, value in answers.items() if value != before.get(id)}


def _depends_on(questions: Mapping[str, Question], question: Question | None, others: frozenset[str]) -> bool:
    """Whether the answer to one of the `others` decides, at once or by way of a third, if the question is asked."""
    while question is not None and question.shown_if is not None:
        if question.shown_if.question in others:
            return True
        question = questions.get(question.shown_if.question)
    return False


def _fields(question: Question, answers: Answers, people: int) -> Iterator[tuple[str, Any]]:
    if not question.each:
        value = answers.get(question.id)
        yield field_of(question, None), _none_chosen(question, value)
        return
    for person, value in enumerate(each(answers, question.id, people)):
        yield field_of(question, person), _none_chosen(question, value)


def _none_chosen(question: Question, value: Any) -> Any:
    return [] if value is None and question.kind == "choices" else value


def _entered(form: Form, questions: Mapping[str, Question], people: int) -> dict[str, Any]:
    return {
        question.id: [_value(form, question, person) for person in range(people)]
        if question.each
        else _value(form, question, None)
        for question in asked_questions(questions)
    }


def _value(form: Form, question: Question, person: int | None) -> Any:
    name = field_of(question, person)
    if question.kind == "choices":
        return [value for value in form.chosen(name) if value] or None
    entered = form.value(name)
    if question.kind == "boolean":
        return {"true": True, "false": False}.get(entered, entered or None)
    return entered or None


def _note(form: Form, questions: Mapping[str, Question], wrong: list[WrongAnswer]) -> None:
    for mistake in wrong:
        form.error(field_of(questions[mistake.question], mistake.person), mistake.remedy, **mistake.values)
