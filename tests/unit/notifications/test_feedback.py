"""Feedback after a gathering: what is told of it, and what can't be read out of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.feedback import ANSWERS, QUESTIONS, SMALLEST, Tally

answers = st.dictionaries(st.sampled_from(QUESTIONS), st.sampled_from(ANSWERS))
Said = Sequence[dict[str, str]]


def tallies(said: Said) -> list[Tally]:
    """After nobody, after the first, and so on."""
    found = [Tally()]
    for one in said:
        found.append(found[-1].with_answers(one))
    return found


@given(st.lists(answers, max_size=60))
def test_nothing_under_five_is_told(said: Said) -> None:
    for tally in tallies(said):
        assert all(count >= SMALLEST for _, _, count in tally.cells)


@given(st.lists(answers, max_size=60))
def test_what_is_told_was_said(said: Said) -> None:
    for number, tally in enumerate(tallies(said)):
        for question, answer, count in tally.cells:
            assert count <= sum(one.get(question) == answer for one in said[:number])


@given(st.lists(answers, max_size=60))
def test_between_two_tellings_of_a_question_at_least_five_answered_it(said: Said) -> None:
    for question in QUESTIONS:
        newest, at = Tally(), 0
        for number, tally in enumerate(tallies(said)):
            if tally.told.get(question) != newest.told.get(question):
                assert sum(question in one for one in said[at:number]) >= SMALLEST
                newest, at = tally, number


@given(st.lists(answers, max_size=60))
def test_the_order_in_which_people_answered_is_not_in_the_counts(said: Said) -> None:
    assert tallies(said)[-1].counts == tallies(sorted(said, key=repr))[-1].counts


@given(st.lists(answers, min_size=20, max_size=60), answers)
def test_one_person_more_shows_nothing_until_four_others_answered_too(said: Said, last: dict[str, str]) -> None:
    """Whoever watches the report and knows who answered just now learns nothing, unless theirs was a fifth."""
    before = tallies(said)[-1]
    after = before.with_answers(last)
    for question in QUESTIONS:
        if after.told.get(question) != before.told.get(question):
            fresh = sum(after.counts[question].values()) - sum(before.told.get(question, {}).values())
            assert fresh >= SMALLEST


def test_five_of_one_mind_are_told() -> None:
    *_, fourth, fifth = tallies([{"welcome": "yes", "again": "no"}] * 4 + [{"welcome": "yes"}])
    assert fourth.cells == ()
    assert fifth.cells == (("welcome", "yes", 5),)


def test_what_is_no_answer_is_refused() -> None:
    for given_ in ({"welcome": "maybe"}, {"colour": "yes"}):
        with pytest.raises(ValueError, match="no such"):
            Tally().with_answers(given_)
