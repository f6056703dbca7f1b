"""Answers to questions of one's own: how they are read, which are missing, whose they stay."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain import answers as rules
from services.registration.domain.answers import carry_over, is_asked, is_empty, only_asked, read_answers, unanswered
from services.registration.domain.questions import WITH_OPTIONS, Question, former_questions
from tests.unit.registration.questions import known, sets, told


def value_for(question: Question) -> st.SearchStrategy[Any]:
    """A valid answer, or none."""
    letters = sorted(question.choices)
    found: dict[str, st.SearchStrategy[Any]] = {
        "text": st.sampled_from(["ja", "Nüsse", "حلال"]),
        "long_text": st.sampled_from(["eins\nzwei", "drei"]),
        "number": st.integers(-9, 9),
        "boolean": st.booleans(),
        "choice": st.sampled_from(letters) if letters else st.none(),
        "choices": st.lists(st.sampled_from(letters), unique=True) if letters else st.none(),
        "date": st.sampled_from(["2026-11-30", "1990-02-28"]),
    }
    return st.none() | found[question.kind]


@st.composite
def given_answers(draw: st.DrawFn) -> tuple[dict[str, Question], dict[str, Any], int]:
    questions = known(*draw(sets()))
    people = draw(st.integers(1, 3))
    answers: dict[str, Any] = {}
    for id, one in questions.items():
        if draw(st.booleans()):
            answers[id] = [draw(value_for(one)) for _ in range(people)] if one.each else draw(value_for(one))
    return questions, answers, people


@given(given_answers())
def test_what_is_kept_was_asked_and_what_is_missing_is_named(case: tuple[dict[str, Question], Any, int]) -> None:
    questions, answers, people = case
    kept, wrong = read_answers(questions, answers, people)
    for id, value in kept.items():
        question = questions[id]
        for person, one in enumerate(value if question.each else [value]):
            assert is_empty(one) or is_asked(questions, question, kept, person if question.each else None)
    assert {one.question for one in wrong} == set(unanswered(questions, kept, people))
    assert {one.remedy for one in wrong} <= {rules.EMPTY}


@given(given_answers())
def test_reading_again_changes_nothing(case: tuple[dict[str, Question], Any, int]) -> None:
    questions, answers, people = case
    kept, _ = read_answers(questions, answers, people)
    assert read_answers(questions, kept, people)[0] == kept
    assert read_answers(questions, {}, people, kept) == (kept, [])
    assert only_asked(questions, kept, people) == kept


@given(given_answers())
def test_whose_condition_is_not_met_is_never_required(case: tuple[dict[str, Question], Any, int]) -> None:
    questions, answers, people = case
    kept, wrong = read_answers(questions, answers, people)
    for one in wrong:
        assert is_asked(questions, questions[one.question], kept, one.person)


@pytest.mark.parametrize(
    ("kind", "entered", "kept"),
    [
        ("text", "  Nüsse ", "Nüsse"),
        ("text", " ", None),
        ("long_text", "eins\r\nzwei", "eins\nzwei"),
        ("number", "١٢", 12),
        ("number", "۳٫۵".replace("٫", ","), 3.5),
        ("number", "1,5", 1.5),
        ("number", 3.0, 3),
        ("boolean", False, False),
        ("choice", "a", "a"),
        ("choices", ["b", "a", "b"], ["a", "b"]),
        ("choices", [], None),
        ("date", "٢٠٢٦-١١-٣٠", "2026-11-30"),
    ],
)
def test_answers_are_kept_as_they_were_meant(kind: str, entered: Any, kept: Any) -> None:
    questions = known(told("q", kind, "ab" if kind in WITH_OPTIONS else ""))
    answers, wrong = read_answers(questions, {"q": entered}, 1)
    assert (answers.get("q"), wrong) == (kept, [])


@pytest.mark.parametrize(
    ("kind", "entered", "remedy"),
    [
        ("text", "a\nb", rules.ONE_LINE),
        ("text", "x" * 201, rules.TOO_LONG),
        ("text", 7, rules.NO_TEXT),
        ("text", "\u200b", rules.INVISIBLE),
        ("long_text", "x" * 2001, rules.TOO_LONG),
        ("number", "viele", rules.NO_NUMBER),
        ("number", True, rules.NO_NUMBER),
        ("number", "9" * 19, rules.TOO_GREAT),
        ("boolean", "yes", rules.NOT_YES_OR_NO),
        ("choice", "z", rules.NO_OPTION),
        ("choice", ["a"], rules.NO_OPTION),
        ("choices", "a", rules.NO_OPTION),
        ("choices", ["a", 1], rules.NO_OPTION),
        ("date", "30.11.2026", rules.NO_DAY),
        ("date", "1066-10-14", rules.NO_DAY),
        ("date", 20261130, rules.NO_DAY),
    ],
)
def test_what_is_no_answer_is_refused_with_its_remedy(kind: str, entered: Any, remedy: str) -> None:
    questions = known(told("q", kind, "ab" if kind in WITH_OPTIONS else ""))
    answers, wrong = read_answers(questions, {"q": entered}, 1)
    assert answers == {}
    assert [(one.question, one.person, one.remedy) for one in wrong] == [("q", None, remedy)]


def test_each_person_answers_and_a_mistake_says_whose_it_is() -> None:
    questions = known(told("q", "number", per="person", required=True))
    assert read_answers(questions, {"q": [1, 2]}, 2) == ({"q": [1, 2]}, [])
    _, wrong = read_answers(questions, {"q": [1, "x"]}, 2)
    assert [(one.person, one.remedy) for one in wrong] == [(1, rules.NO_NUMBER)]
    _, wrong = read_answers(questions, {"q": [1, None]}, 2)
    assert [(one.person, one.remedy) for one in wrong] == [(1, rules.EMPTY)]
    for mistaken in (1, [1], [1, 2, 3]):
        assert [one.remedy for one in read_answers(questions, {"q": mistaken}, 2)[1]] == [rules.FOR_EACH]


def test_an_option_that_was_taken_out_stays_with_who_chose_it() -> None:
    before = told("q", "choices", "ab")
    after = told("q", "choices", "a")
    questions = known(after, former=former_questions((), [before], [after]))
    assert questions["q"].gone == {"b"}
    assert read_answers(questions, {"q": ["a", "b"]}, 1, {"q": ["b"]}) == ({"q": ["a", "b"]}, [])
    assert [one.remedy for one in read_answers(questions, {"q": ["b"]}, 1, {"q": ["a"]})[1]] == [rules.NO_OPTION]


def test_a_question_that_was_taken_out_keeps_its_answers_and_takes_no_new_ones() -> None:
    questions = known(former=(told("q"),))
    assert read_answers(questions, {}, 1, {"q": "x"}) == ({"q": "x"}, [])
    assert read_answers(questions, {"q": None}, 1, {"q": "x"}) == ({}, [])
    assert [one.remedy for one in read_answers(questions, {"q": "y"}, 1, {"q": "x"})[1]] == [rules.NOT_ASKED]
    assert [one.remedy for one in read_answers(questions, {"other": "y"}, 1)[1]] == [rules.NOT_ASKED]


def test_a_required_question_that_came_later_is_open_and_refuses_nothing() -> None:
    questions = known(told("old"), told("new", required=True))
    assert unanswered(questions, {"old": "x"}, 1) == ["new"]
    assert read_answers(questions, {"old": "y"}, 1, {"old": "x"}) == ({"old": "y"}, [])
    assert [one.remedy for one in read_answers(questions, {"new": None}, 1, {"old": "x"})[1]] == [rules.EMPTY]


names = st.lists(st.sampled_from(["", "Iryna", "Taras", "Oleh"]), max_size=5)


@given(names, names)
def test_companions_who_are_named_keep_their_answers_and_nobody_gets_two(before: list[str], after: list[str]) -> None:
    value = ["own", *(f"{name}{at}" for at, name in enumerate(before))]
    found = carry_over(value, before, after)
    assert found[0] == "own"
    assert len(found) == 1 + len(after)
    given_out = [one for one in found if one is not None]
    assert len(given_out) == len(set(given_out))
    assert set(given_out) <= set(value)
    for name in {*before} & {*after} - {""}:
        theirs = [one for one, other in zip(found[1:], after, strict=True) if other == name]
        kept = [one for one in theirs if one is not None and one.startswith(name)]
        assert len(kept) == min(before.count(name), after.count(name))


@given(names)
def test_the_same_companions_change_nothing(party: list[str]) -> None:
    value = [0, *range(1, 1 + len(party))]
    assert carry_over(value, party, party) == value
