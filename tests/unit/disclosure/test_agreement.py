"""Coefficients of agreement from counts: by hand, against published values, and against an independent package."""

import math
from fractions import Fraction

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.agreement import alpha_with_interval, ordinal_alpha, r_wg
from tests.support.examples import examples
from tests.unit.selfcheck.builders import EXAMPLES

# The reliability data of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": four observers, twelve units.
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]

tables = st.integers(2, 7).flatmap(
    lambda questions: st.lists(
        st.lists(st.integers(-1, 4), min_size=questions, max_size=questions), min_size=2, max_size=8
    )
)


def levels(rows: list[list[int | None]], lowest: int = 1) -> list[list[int]]:
    return [[-1 if value is None else value - lowest for value in row] for row in rows]


def spreads(rows: list[list[int]], size: int = 5) -> list[list[int]]:
    """Voices per level at each question, of rows of levels per person; negative: no level."""
    return [[column.count(level) for level in range(size)] for column in zip(*rows, strict=True)]


class TestRwg:
    def test_the_same_answer_is_full_agreement(self):
        assert r_wg([0, 0, 5, 0, 0]) == 1

    def test_equals_what_is_computed_by_hand(self):
        # 2, 3, 4: s² = 1; five levels: σ² = (25 - 1) / 12 = 2; 1 - 1/2.
        assert r_wg([0, 0, 1, 1, 1]) == Fraction(1, 2)

    def test_two_camps_are_below_zero(self):
        # 0, 0, 4, 4: s² = 16/3; 1 - 8/3.
        assert r_wg([2, 0, 0, 0, 2]) == Fraction(-5, 3)

    @pytest.mark.parametrize("people", [[0, 0, 0], [0, 1, 0]])
    def test_there_is_none_of_fewer_than_two_people(self, people):
        assert r_wg(people) is None

    @EXAMPLES
    @given(st.lists(st.integers(0, 6), min_size=2, max_size=6).filter(lambda counts: sum(counts) > 1))
    def test_is_one_minus_the_ratio_of_variances(self, counts):
        values = [level for level, count in enumerate(counts) for _ in range(count)]
        expected = 1 - np.var(values, ddof=1) / ((len(counts) ** 2 - 1) / 12)
        assert float(r_wg(counts)) == pytest.approx(expected, abs=1e-9)


class TestAlpha:
    def test_equals_the_published_example(self):
        alpha = ordinal_alpha(spreads(levels(KRIPPENDORFF)))
        assert round(alpha, 3) == 0.815
        values = [[math.nan if value is None else value for value in row] for row in KRIPPENDORFF]
        assert alpha == pytest.approx(krippendorff.alpha(values, level_of_measurement="ordinal"), abs=1e-9)

    def test_equals_what_is_computed_by_hand(self):
        # Two people, three questions: (0, 0), (1, 1), (0, 1). n_0 = n_1 = 3, so δ² = 9 between 0 and 1.
        # D_o = 2 · 9 / 6 = 3; D_e = 2 · 3 · 3 · 9 / (6 · 5) = 5.4; α = 1 - 3 / 5.4 = 4/9.
        assert ordinal_alpha(spreads([[0, 1, 0], [0, 1, 1]], 2)) == pytest.approx(4 / 9, abs=1e-12)

    @settings(EXAMPLES, max_examples=examples(300))
    @given(tables)
    def test_agrees_with_an_independent_package(self, rows):
        values = [[math.nan if value < 0 else value for value in row] for row in rows]
        pairable = [level for column in zip(*rows, strict=True) if sum(v >= 0 for v in column) > 1 for level in column]
        if len({level for level in pairable if level >= 0}) < 2:
            assert ordinal_alpha(spreads(rows)) is None
        else:
            expected = krippendorff.alpha(values, level_of_measurement="ordinal", value_domain=range(5))
            assert ordinal_alpha(spreads(rows)) == pytest.approx(expected, abs=1e-9)

    @pytest.mark.parametrize("rows", [[], [[]], [[0, 1]], [[2, 2], [2, 2]], [[0, -1], [-1, 1]], [[-1, -1], [-1, -1]]])
    def test_is_undefined_without_pairs_or_differences(self, rows):
        assert ordinal_alpha(spreads(rows)) is None
        assert alpha_with_interval(spreads(rows), 9) is None


class TestInterval:
    rows = spreads(levels(KRIPPENDORFF))

    def test_holds_alpha_and_is_reproducible(self):
        first = alpha_with_interval(self.rows, 4)
        assert -1 <= first.low < first.alpha < first.high <= 1
        assert alpha_with_interval(self.rows, 4) == first

    def test_another_seed_draws_other_questions(self):
        rows = spreads(np.random.default_rng(2).integers(0, 5, (5, 9)).tolist())
        first, second = (alpha_with_interval(rows, 12, seed=seed) for seed in (1, 2))
        assert first.alpha == second.alpha
        assert first != second

    @EXAMPLES
    @given(tables, st.randoms(use_true_random=False))
    def test_the_order_of_questions_and_silent_ones_change_nothing(self, rows, random):
        counts = spreads(rows)
        shuffled = random.sample([*counts, [0] * 5, [0, 0, 1, 0, 0]], len(counts) + 2)
        assert alpha_with_interval(shuffled, 8, replicates=50) == alpha_with_interval(counts, 8, replicates=50)

    @EXAMPLES
    @given(st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), max_size=9))
    def test_alpha_comes_with_its_interval_or_not_at_all(self, counts):
        alpha = alpha_with_interval(counts, 8, replicates=50)
        pairable = sum(sum(one) > 1 for one in counts)
        assert (alpha is None) == (ordinal_alpha(counts) is None or pairable < 6)
        assert alpha is None or alpha.low <= alpha.alpha <= alpha.high
        assert alpha is None or all(round(bound, 2) == bound for bound in (alpha.low, alpha.high))

    @pytest.mark.parametrize(("voices", "questions"), [(3, 12), (4, 5)])
    def test_there_is_none_below_four_voices_or_six_questions(self, voices, questions):
        assert alpha_with_interval(self.rows[:questions], voices) is None
        assert alpha_with_interval(self.rows[:6], 4) is not None

    def test_more_questions_narrow_the_interval(self):
        chance = np.random.default_rng(3)
        truth = chance.integers(0, 5, 80)
        panel = spreads([np.clip(truth + chance.integers(-1, 2, 80), 0, 4).tolist() for _ in range(6)])
        few, many = (alpha_with_interval(panel[:size], 6) for size in (8, 80))
        assert many.high - many.low < (few.high - few.low) / 2

    def test_it_covers_the_truth_about_as_often_as_it_says(self):
        """Questions drawn from a population whose alpha is known from very many of them."""
        chance = np.random.default_rng(11)

        def panel(questions: int) -> list[list[int]]:
            truth = chance.integers(0, 5, questions)
            people = [np.clip(truth + chance.integers(-2, 3, questions), 0, 4).tolist() for _ in range(6)]
            return spreads(people)

        known = ordinal_alpha(panel(20_000))
        found = [alpha_with_interval(panel(30), 6, replicates=300) for _ in range(120)]
        assert sum(one.low <= known <= one.high for one in found) / len(found) > 0.87
