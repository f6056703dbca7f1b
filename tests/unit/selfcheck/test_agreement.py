"""Coefficients of agreement: by hand, against published values, and against an independent package."""

import math
from fractions import Fraction

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.selfcheck.domain.agreement import icc, kendall_w, r_wg
from services.selfcheck.domain.krippendorff import alpha_with_interval, ordinal_alpha
from tests.unit.selfcheck.builders import EXAMPLES

# The reliability data of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": four observers, twelve units.
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
# Shrout & Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

tables = st.integers(2, 7).flatmap(
    lambda questions: st.lists(
        st.lists(st.integers(-1, 4), min_size=questions, max_size=questions), min_size=2, max_size=8
    )
)


def levels(rows: list[list[int | None]], lowest: int = 1) -> list[list[int]]:
    return [[-1 if value is None else value - lowest for value in row] for row in rows]


class TestRwg:
    def test_the_same_answer_is_full_agreement(self):
        assert r_wg([0, 0, 5, 0, 0]) == 1

    def test_by_hand(self):
        # 2, 3, 4: s² = 1; five levels: σ² = (25 - 1) / 12 = 2; 1 - 1/2.
        assert r_wg([0, 0, 1, 1, 1]) == Fraction(1, 2)

    def test_two_camps_are_below_zero(self):
        # 0, 0, 4, 4: s² = 16/3; 1 - 8/3.
        assert r_wg([2, 0, 0, 0, 2]) == Fraction(-5, 3)

    @pytest.mark.parametrize("people", [[0, 0, 0], [0, 1, 0]])
    def test_needs_two_people(self, people):
        assert r_wg(people) is None

    @EXAMPLES
    @given(st.lists(st.integers(0, 6), min_size=2, max_size=6).filter(lambda counts: sum(counts) > 1))
    def test_is_one_minus_the_ratio_of_variances(self, counts):
        values = [level for level, count in enumerate(counts) for _ in range(count)]
        expected = 1 - np.var(values, ddof=1) / ((len(counts) ** 2 - 1) / 12)
        assert float(r_wg(counts)) == pytest.approx(expected, abs=1e-9)


class TestAlpha:
    def test_the_published_example(self):
        alpha = ordinal_alpha(levels(KRIPPENDORFF), 5)
        assert round(alpha, 3) == 0.815
        values = [[math.nan if value is None else value for value in row] for row in KRIPPENDORFF]
        assert alpha == pytest.approx(krippendorff.alpha(values, level_of_measurement="ordinal"), abs=1e-9)

    def test_by_hand(self):
        # Two people, three questions: (0, 0), (1, 1), (0, 1). n_0 = n_1 = 3, so δ² = 9 between 0 and 1.
        # D_o = 2 · 9 / 6 = 3; D_e = 2 · 3 · 3 · 9 / (6 · 5) = 5.4; α = 1 - 3 / 5.4 = 4/9.
        assert ordinal_alpha([[0, 1, 0], [0, 1, 1]], 2) == pytest.approx(4 / 9, abs=1e-12)

    @settings(EXAMPLES, max_examples=300)
    @given(tables)
    def test_agrees_with_an_independent_package(self, rows):
        values = [[math.nan if value < 0 else value for value in row] for row in rows]
        pairable = [level for column in zip(*rows, strict=True) if sum(v >= 0 for v in column) > 1 for level in column]
        if len({level for level in pairable if level >= 0}) < 2:
            assert ordinal_alpha(rows, 5) is None
        else:
            expected = krippendorff.alpha(values, level_of_measurement="ordinal", value_domain=range(5))
            assert ordinal_alpha(rows, 5) == pytest.approx(expected, abs=1e-9)

    @pytest.mark.parametrize("rows", [[], [[]], [[0, 1]], [[2, 2], [2, 2]], [[0, -1], [-1, 1]], [[-1, -1], [-1, -1]]])
    def test_is_undefined_without_pairs_or_differences(self, rows):
        assert ordinal_alpha(rows, 5) is None
        assert alpha_with_interval(rows, 5) is None


class TestInterval:
    rows = levels(KRIPPENDORFF)

    def test_holds_alpha_and_is_reproducible(self):
        first = alpha_with_interval(self.rows, 5)
        assert -1 <= first.low < first.alpha < first.high <= 1
        assert alpha_with_interval(self.rows, 5) == first

    def test_another_seed_draws_other_people(self):
        rows = np.random.default_rng(2).integers(0, 5, (12, 9)).tolist()
        first, second = (alpha_with_interval(rows, 5, seed=seed) for seed in (1, 2))
        assert first.alpha == second.alpha
        assert first != second

    @EXAMPLES
    @given(tables, st.randoms(use_true_random=False))
    def test_order_and_silent_people_change_nothing(self, rows, random):
        silent = [-1] * len(rows[0])
        shuffled = random.sample([*rows, silent, silent], len(rows) + 2)
        assert alpha_with_interval(shuffled, 5, replicates=50) == alpha_with_interval(rows, 5, replicates=50)

    @EXAMPLES
    @given(tables)
    def test_alpha_never_stands_naked(self, rows):
        alpha = alpha_with_interval(rows, 5, replicates=50)
        assert (alpha is None) == (ordinal_alpha(rows, 5) is None)
        assert alpha is None or alpha.low <= alpha.alpha <= alpha.high

    def test_two_people_tell_nothing_about_the_range(self):
        alpha = alpha_with_interval([[0, 1, 2, 3], [0, 1, 2, 4]], 5)
        assert (alpha.low, alpha.high) == (-1, 1)

    def test_more_people_narrow_it(self):
        rng = np.random.default_rng(3)
        truth = rng.integers(0, 5, 12)
        panel = [np.clip(truth + rng.integers(-1, 2, 12), 0, 4).tolist() for _ in range(80)]
        few, many = (alpha_with_interval(panel[:size], 5) for size in (6, 80))
        assert many.high - many.low < (few.high - few.low) / 2

    def test_somebody_drawn_twice_does_not_agree_with_themselves(self):
        """Otherwise the interval of a few people who disagree would lie above alpha."""
        rng = np.random.default_rng(5)
        rows = rng.integers(0, 5, (5, 40)).tolist()
        alpha = alpha_with_interval(rows, 5)
        assert abs((alpha.low + alpha.high) / 2 - alpha.alpha) < 0.06


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
