"""The coefficient of agreement for rankings, by hand."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.selfcheck.domain.agreement import kendall_w
from tests.unit.selfcheck.builders import EXAMPLES


class TestKendall:
    def test_same_order_is_one_and_opposite_orders_are_zero(self):
        assert kendall_w([[1, 2, 3], [1, 2, 3], [1, 2, 3]]) == 1
        assert kendall_w([[1, 2, 3], [3, 2, 1]]) == 0

    def test_equals_what_is_computed_by_hand(self):
        # Rank sums 4, 5, 9 of three people; S = 4 + 1 + 9 = 14; W = 12 · 14 / (9 · 24).
        assert kendall_w([[1, 2, 3], [1, 2, 3], [2, 1, 3]]) == Fraction(12 * 14, 9 * 24)

    def test_ties_share_their_ranks(self):
        # Ranks (1.5, 1.5, 3) and (1, 2.5, 2.5): sums 2.5, 4, 5.5; S = 4.5; T = 6 each; W = 54 / (96 - 24).
        assert kendall_w([[7, 7, 9], [0, 5, 5]]) == Fraction(54, 72)

    def test_equal_rankings_with_ties_agree_fully(self):
        assert kendall_w([[1, 1, 2, 3]] * 4) == 1

    @pytest.mark.parametrize("rows", [[], [[1, 2]], [[1], [1]], [[5, 5], [5, 5]]])
    def test_is_undefined_without_two_people_two_things_and_an_order(self, rows):
        assert kendall_w(rows) is None

    def test_everybody_ranks_the_same_things(self):
        with pytest.raises(ValueError, match="same things"):
            kendall_w([[1, 2], [1, 2, 3]])

    @EXAMPLES
    @given(st.integers(2, 5).flatmap(lambda n: st.lists(st.permutations(range(n)), min_size=2, max_size=6)))
    def test_lies_between_none_and_full_agreement(self, rows):
        assert 0 <= kendall_w(rows) <= 1
