"""Coefficients of agreement for rankings and full tables: by hand and against published values."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.selfcheck.domain.agreement import icc, kendall_w
from tests.unit.selfcheck.builders import EXAMPLES

# Shrout & Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


class TestKendall:
    def test_same_order_is_one_and_opposite_orders_are_zero(self):
        assert kendall_w([[1, 2, 3], [1, 2, 3], [1, 2, 3]]) == 1
        assert kendall_w([[1, 2, 3], [3, 2, 1]]) == 0

    def test_by_hand(self):
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


class TestIcc:
    def test_the_published_example(self):
        result = icc(SHROUT_FLEISS)
        assert [round(float(value), 2) for value in result.single] == [0.17, 0.29, 0.71]
        assert [round(float(value), 2) for value in result.average] == [0.44, 0.62, 0.91]

    def test_agrees_with_the_analysis_of_variance_to_nine_digits(self):
        table = np.array(SHROUT_FLEISS, dtype=float)
        n, k = table.shape
        mean = table.mean()
        between = k * ((table.mean(axis=1) - mean) ** 2).sum() / (n - 1)
        judges = n * ((table.mean(axis=0) - mean) ** 2).sum() / (k - 1)
        within = ((table - table.mean(axis=1, keepdims=True)) ** 2).sum() / (n * (k - 1))
        residual = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + mean
        error = (residual**2).sum() / ((n - 1) * (k - 1))
        single = [
            (between - within) / (between + (k - 1) * within),
            (between - error) / (between + (k - 1) * error + k * (judges - error) / n),
            (between - error) / (between + (k - 1) * error),
        ]
        average = [
            (between - within) / between,
            (between - error) / (between + (judges - error) / n),
            (between - error) / between,
        ]
        result = icc(SHROUT_FLEISS)
        assert [float(value) for value in result.single] == pytest.approx(single, abs=1e-9)
        assert [float(value) for value in result.average] == pytest.approx(average, abs=1e-9)

    @pytest.mark.parametrize("table", [[], [[1, 2]], [[1], [2]], [[3, 3], [3, 3]]])
    def test_is_undefined_without_variance(self, table):
        assert icc(table) is None

    def test_the_table_is_complete(self):
        with pytest.raises(ValueError, match="every rater"):
            icc([[1, 2], [1]])
