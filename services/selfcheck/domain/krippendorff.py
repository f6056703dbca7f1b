"""Krippendorff's alpha for ordinal levels, with missing answers and any number of people, and a bootstrap interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

REPLICATES = 1000
SEED = 20211130
_CHUNK = 2_000_000


@dataclass(frozen=True)
class Alpha:
    """Alpha and its 95 % interval. 1: perfect agreement; 0: as chance; below 0: systematic disagreement."""

    alpha: float
    low: float
    high: float


def ordinal_alpha(ratings: Sequence[Sequence[int]], levels: int) -> float | None:
    """Alpha of a table `ratings[person][question]` of levels 0 … `levels` - 1; negative means no answer.

    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": α = 1 - D_o / D_e from the coincidence matrix of
    all pairs of answers to the same question, with the ordinal metric
    δ²(c, k) = (n_c / 2 + Σ_{c<g<k} n_g + n_k / 2)². None if no question has two answers or all answers are the same.
    """
    marks = _marks(ratings, levels)
    if marks is None:
        return None
    value = float(_alphas(marks, np.ones((1, len(marks))))[0])
    return None if np.isnan(value) else value


def alpha_with_interval(
    ratings: Sequence[Sequence[int]], levels: int, *, seed: int = SEED, replicates: int = REPLICATES
) -> Alpha | None:
    """Alpha with the percentile interval (2.5 % to 97.5 %) of a bootstrap over people. See `ordinal_alpha`.

    People who gave no level are left out, and the rows are sorted first: neither they nor the order of the input change
    anything. Somebody who is drawn several times is not paired with themselves, which would count as agreement. The
    interval is widened to hold alpha itself; where drawing tells nothing (two people, or alpha undefined in more than a
    fifth of the draws) it is the whole range -1 to 1, so that alpha never stands naked. None if alpha is undefined.
    """
    rows = sorted(tuple(max(level, -1) for level in row) for row in ratings)
    marks = _marks([row for row in rows if any(level >= 0 for level in row)], levels)
    if marks is None:
        return None
    alpha = float(_alphas(marks, np.ones((1, len(marks))))[0])
    if np.isnan(alpha):
        return None
    people = len(marks)
    drawn = np.random.default_rng(seed).multinomial(people, [1 / people] * people, size=replicates).astype(np.float64)
    step = max(1, _CHUNK // marks[0].size // levels)
    values = np.concatenate([_alphas(marks, drawn[start : start + step]) for start in range(0, replicates, step)])
    values = values[~np.isnan(values)]
    unclear = people < 3 or len(values) < 0.8 * replicates
    low, high = (-1.0, 1.0) if unclear else np.quantile(values, [0.025, 0.975])
    return Alpha(alpha, min(alpha, float(low)), max(alpha, float(high)))


def _marks(ratings: Sequence[Sequence[int]], levels: int) -> Floats | None:
    """The table as indicators of shape (people, questions, levels)."""
    table = np.asarray(ratings, dtype=np.int64)
    if table.ndim != 2 or table.size == 0:
        return None
    marks: Floats = (table[:, :, None] == np.arange(levels)).astype(np.float64)
    return marks


def _alphas(marks: Floats, times: Floats) -> Floats:
    """Alpha for each row of `times` (draws, people), which says how often each person counts; NaN where undefined.

    Pairs are formed between different people only: of a level given by people counted c₁, c₂, … times at a question,
    (Σc)² - Σc² pairs coincide. Each question counts as many answers as it has, spread over its pairs.
    """
    people, questions, levels = marks.shape
    flat = marks.reshape(people, questions * levels)
    counts = (times @ flat).reshape(-1, questions, levels)
    selves = (times**2 @ flat).reshape(-1, questions, levels)
    answers = counts.sum(axis=2)
    pairs = answers**2 - selves.sum(axis=2)
    share = np.divide(answers, pairs, out=np.zeros_like(pairs), where=pairs > 0)
    coincidences = np.einsum("bq,bqc,bqk->bck", share, counts, counts, optimize=True)
    coincidences -= np.einsum("bq,bqc->bc", share, selves)[:, :, None] * np.eye(levels)
    marginals = coincidences.sum(axis=2)
    middles = np.cumsum(marginals, axis=1) - marginals / 2
    distances = (middles[:, :, None] - middles[:, None, :]) ** 2
    size = marginals.sum(axis=1)
    observed = (coincidences * distances).sum(axis=(1, 2))
    expected = (marginals[:, :, None] * marginals[:, None, :] * distances).sum(axis=(1, 2))
    alphas = np.full(len(times), np.nan)
    defined = expected > 1e-9
    alphas[defined] = 1 - (size[defined] - 1) * observed[defined] / expected[defined]
    return alphas
