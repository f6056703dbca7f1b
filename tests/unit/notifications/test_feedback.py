"""Feedback after a gathering: which counts are published, and that they reveal nothing about one person."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.feedback import ANSWERS, QUESTIONS, STEP, Tally

answers = st.dictionaries(st.sampled_from(QUESTIONS), st.sampled_from(ANSWERS))
Said = Sequence[dict[str, str]]


def tallies(said: Said) -> list[Tally]:
    """After nobody, after the first, and so on."""
    found = [Tally()]
    for one in said:
        found.append(found[-1].with_answers(one))
    return found


@given(st.lists(answers, max_size=60))
def test_counts_under_five_are_not_published(said: Said) -> None:
    for tally in tallies(said):
        assert all(count >= STEP for _, _, count in tally.cells)


@given(st.lists(answers, max_size=60))
def test_published_counts_never_exceed_the_answers_given(said: Said) -> None:
    for number, tally in enumerate(tallies(said)):
        for question, answer, count in tally.cells:
            assert count <= sum(one.get(question) == answer for one in said[:number])


@given(st.lists(answers, max_size=60), st.data())
def test_published_counts_do_not_depend_on_unpublished_answers(said: Said, data: st.DataObject) -> None:
    """Whatever stands in hidden cells, and how far each shown one is on its way to the next five: the same is told."""
    tally = tallies(said)[-1]
    fives = {(question, answer): count for question, answer, count in tally.cells}
    other = {
        question: {answer: fives.get((question, answer), 0) + data.draw(st.integers(0, STEP - 1)) for answer in ANSWERS}
        for question in QUESTIONS
    }
    assert Tally(other).cells == tally.cells


@given(st.lists(answers, max_size=60))
def test_a_published_count_changes_only_after_five_more_answers(said: Said) -> None:
    for before, after in pairwise(tallies(said)):
        for cell in set(after.cells) - set(before.cells):
            question, answer, count = cell
            assert count == after.counts[question][answer]
            assert {count - STEP} - {0} <= {one[2] for one in before.cells if one[:2] == (question, answer)}


@given(st.lists(answers, max_size=60))
def test_the_order_in_which_people_answered_is_not_in_the_counts(said: Said) -> None:
    assert tallies(said)[-1].counts == tallies(sorted(said, key=repr))[-1].counts


def test_five_equal_answers_are_published() -> None:
    *_, fourth, fifth = tallies([{"welcome": "yes", "again": "no"}] * 4 + [{"welcome": "yes"}])
    assert fourth.cells == ()
    assert fifth.cells == (("welcome", "yes", 5),)


def test_one_different_answer_among_ten_cannot_be_found_by_subtraction() -> None:
    of_one_mind = tallies([{"welcome": "yes"}] * 9)[-1]
    assert of_one_mind.with_answers({"welcome": "no"}).cells == of_one_mind.cells == (("welcome", "yes", 5),)


def test_an_unknown_answer_is_refused() -> None:
    for given_ in ({"welcome": "maybe"}, {"colour": "yes"}):
        with pytest.raises(ValueError, match="no such"):
            Tally().with_answers(given_)
