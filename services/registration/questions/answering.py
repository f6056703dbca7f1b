"""Converts a group's answers between request, document and view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from msgspec.structs import replace

from chassis.http.permissions import Caller
from chassis.http.problems import FieldError
from services.registration.domain.answers import Answers, WrongAnswer, carry_over, is_empty, read_answers
from services.registration.domain.ledger import GatheringState
from services.registration.domain.questions import Question, known_questions
from services.registration.questions.documents import StoredAnswer


def questions_of_state(state: GatheringState) -> dict[str, Question]:
    """Every question of a gathering that somebody may have answered, by id."""
    return known_questions(state.facts.get("questions") or (), state.former_questions)


def questions_shown(gathering: Mapping[str, Any]) -> dict[str, Question]:
    """The questions by id of a gathering as `Gatherings.get_for_participants` and `get_for_desk` give it; else those that are asked now."""
    return known_questions(gathering.get("questions") or (), gathering.get("former_questions") or ())


def sees_special(caller: Caller) -> bool:
    """Whether somebody needs answers of a special kind (Article 9 GDPR): who orders what is needed, and the person themself. A clerk
    writes down what a caller says, and does not look it up."""
    return "coordinator" in caller.roles or not caller.is_staff


def read_new_answers(
    state: GatheringState, entered: Answers, people: int
) -> tuple[tuple[StoredAnswer, ...], list[FieldError]]:
    """Read the answers of a new registration, and what is wrong with them."""
    questions = questions_of_state(state)
    answers, wrong = read_answers(questions, entered, people)
    return stored(questions, answers), [field_error(one) for one in wrong]


def read_changes(
    state: GatheringState, before: Sequence[StoredAnswer], entered: Answers, people: int, special: bool
) -> tuple[tuple[StoredAnswer, ...], list[FieldError]]:
    """What becomes different in the answers of a registration (value None: it is taken back), and what is wrong with it. `special`:
    given by somebody who sees answers of a special kind; else a person's that is left open stays."""
    questions, former = questions_of_state(state), plain_answers(before)
    if not special:
        entered = {id: _keeping_unseen(questions.get(id), value, former.get(id)) for id, value in entered.items()}
    answers, wrong = read_answers(questions, entered, people, former)
    changes = {id: answers.get(id) for id in dict.fromkeys((*former, *answers)) if answers.get(id) != former.get(id)}
    return stored(questions, changes), [field_error(one) for one in wrong]


def _keeping_unseen(question: Question | None, value: Any, before: Any) -> Any:
    """The value, with what people answered before where theirs, which is not shown to whoever enters it, was left open."""
    if question is None or not (question.special and question.each and isinstance(value, list) and before):
        return value
    return [
        former if is_empty(entered) or (isinstance(entered, str) and not entered.strip()) else entered
        for entered, former in zip_longest(value, before[: len(value)])
    ]


def stored(questions: Mapping[str, Question], answers: Answers) -> tuple[StoredAnswer, ...]:
    """Convert answers to the form in which they are stored with the registration."""
    return tuple(
        StoredAnswer(question=id, value=value, each=questions[id].each, special=questions[id].special)
        for id, value in answers.items()
    )


def plain_answers(answers: Iterable[StoredAnswer], special: bool = True) -> dict[str, Any]:
    """Convert stored answers to the form of the API; `special`: also those of a special kind."""
    return {one.question: one.value for one in answers if special or not one.special}


def withheld(answers: Iterable[StoredAnswer]) -> list[str]:
    """The questions whose answers not everybody at the desk sees."""
    return [one.question for one in answers if one.special]


def changed_answers(before: Sequence[StoredAnswer], changes: Sequence[StoredAnswer]) -> tuple[StoredAnswer, ...]:
    """The answers after some became different."""
    by_question = {one.question: one for one in (*before, *changes)}
    return tuple(one for one in by_question.values() if one.value is not None)


def for_party(answers: Sequence[StoredAnswer], before: Sequence[str], after: Sequence[str]) -> tuple[StoredAnswer, ...]:
    """The answers of a group whose companions are others now. An answer that is taken back stays so."""
    if before == after:
        return tuple(answers)
    return tuple(
        replace(answer, value=carry_over(answer.value, before, after))
        if answer.each and answer.value is not None
        else answer
        for answer in answers
    )


def without_companions(answers: Iterable[StoredAnswer], forgotten: Sequence[bool]) -> tuple[StoredAnswer, ...]:
    """The answers without those of companions (in their order) who are forgotten."""
    return tuple(_without_companions(answer, forgotten) if answer.each else answer for answer in answers)


def _without_companions(answer: StoredAnswer, forgotten: Sequence[bool]) -> StoredAnswer:
    # Person 0 is who signed up; the companions follow.
    values = [None if person and forgotten[person - 1] else value for person, value in enumerate(answer.value)]
    return replace(answer, value=values)


def field_error(wrong: WrongAnswer) -> FieldError:
    return FieldError(f"/answers/{wrong.question}", wrong.remedy, wrong.values)
