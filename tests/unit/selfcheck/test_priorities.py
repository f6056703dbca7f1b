"""The vote: by hand, against the published example of Kendall's W, and what it does not tell."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.selfcheck.domain.agreement import kendall_w
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.priorities import check_ranking, tally
from tests.unit.selfcheck.builders import EXAMPLES

OPTIONS = ("a", "b", "c", "d")
SIEGEL = [[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]]
"""Siegel & Castellan (1988), table 9.3: three executives rank six applicants; W = 0.16."""

votes = st.lists(st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=3, unique=True), max_size=9)


def test_w_of_the_published_example():
    # Rank sums 8, 14, 11, 11, 11, 8; mean 10.5; S = 25.5; W = 12 · 25.5 / (9 · (216 - 6)).
    assert kendall_w(SIEGEL) == Fraction(12 * 51, 2 * 9 * 210)
    assert round(float(kendall_w(SIEGEL)), 2) == 0.16


def test_counts_equal_those_computed_by_hand():
    # All name a first and b second; c and d share rank 3.5. Without ties within people W would be below one.
    outcome = tally(OPTIONS, [["a", "b"]] * 3, 1)
    assert [(one.option, one.chosen, one.rank) for one in outcome.places] == [
        ("a", 3, 1),
        ("b", 3, 2),
        ("c", 0, Fraction(7, 2)),
        ("d", 0, Fraction(7, 2)),
    ]
    assert (outcome.w, outcome.words, outcome.voters) == (1, "almost_one", 3)


def test_choosing_one_each_is_a_vote_too():
    outcome = tally(("a", "b"), [["a"], ["a"], ["a"], ["b"]], 1)
    # Rank sums 5 and 7; S = 2; W = 12 · 2 / (16 · 6).
    assert (outcome.places[0].option, outcome.w) == ("a", Fraction(1, 4))


def test_a_small_room_tells_nothing():
    for number in range(3):
        outcome = tally(OPTIONS, [["a"]] * number, 3)
        assert (outcome.voters, outcome.places, outcome.rest, outcome.w) == (None, (), OPTIONS, None)


def test_what_few_chose_is_left_over_together_with_enough_others():
    outcome = tally(OPTIONS, [["a", "b"]] * 5 + [["a", "c"]] * 3 + [["a", "d"]], 3)
    assert [one.option for one in outcome.places] == ["a", "b"]
    assert outcome.rest == ("c", "d"), "d alone would be what the others leave over"


@pytest.mark.parametrize(
    ("ranking", "pointers"),
    [([], ["/ranking"]), (["a", "b", "c"], ["/ranking"]), (["x"], ["/ranking/0"]), (["a", "a"], ["/ranking/1"])],
)
def test_a_flawed_ballot_names_what_is_wrong(ranking, pointers):
    with pytest.raises(Invalid) as caught:
        check_ranking(OPTIONS, 2, ranking)
    assert [flaw.pointer for flaw in caught.value.flaws] == pointers


@EXAMPLES
@given(votes, st.integers(2, 4))
def test_no_small_group_can_be_told_apart(rankings, minimum_group):
    outcome = tally(OPTIONS, rankings, minimum_group)
    assert all(one.chosen >= minimum_group for one in outcome.places)
    if outcome.places:
        left = sum(any(option in outcome.rest for option in ranking) for ranking in rankings)
        assert left == 0 or (left >= minimum_group and len(outcome.rest) > 1)
    if outcome.w is not None:
        assert 0 <= outcome.w <= 1
        assert outcome.voters is not None
        assert outcome.words


@EXAMPLES
@given(votes, st.integers(1, 3), st.randoms(use_true_random=False))
def test_the_order_of_the_votes_is_without_meaning(rankings, minimum_group, random):
    shuffled = random.sample(rankings, len(rankings))
    assert tally(OPTIONS, shuffled, minimum_group) == tally(OPTIONS, rankings, minimum_group)
