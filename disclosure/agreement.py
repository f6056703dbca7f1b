"""Computes how far voices agree, from counts alone: r_wg for one question, Krippendorff's ordinal alpha for a field."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

REPLICATES = 1000
SEED = 20211130
LEAST_VOICES = 4
LEAST_QUESTIONS = 6
"""Below these, an interval promises more than it holds, and alpha does not stand without one."""


@dataclass(frozen=True)
class Alpha:
    """Alpha and its 95 % interval. 1: perfect agreement; 0: as chance; below 0: systematic disagreement."""

    alpha: float
    low: float
    high: float


def r_wg(levels: Sequence[int]) -> Fraction | None:
    """Within-group agreement at one question, exactly.

    `levels[i]` voices gave level i. r_wg = 1 - s² / σ²_EU with the sample variance s² and σ²_EU = (A² - 1) / 12, the
    variance if all A levels were equally likely (James, Demaree & Wolf 1984). 1: all the same; 0: as scattered as
    chance; below 0: divided into camps, and that is reported as it is. None for fewer than two voices.
    """
    voices = sum(levels)
    if voices < 2:
        return None
    first = sum(level * count for level, count in enumerate(levels))
    second = sum(level * level * count for level, count in enumerate(levels))
    variance = (second - Fraction(first * first, voices)) / (voices - 1)
    return 1 - variance / Fraction(len(levels) ** 2 - 1, 12)


def ordinal_alpha(spreads: Sequence[Sequence[int]]) -> float | None:
    """Alpha of questions with `spreads[question][level]` voices each.

    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": α = 1 - D_o / D_e from the coincidence matrix of
    all pairs of answers to the same question, with the ordinal metric δ²(c, k) = (n_c / 2 + Σ_{c<g<k} n_g + n_k / 2)².
    Who answered what does not enter, only how many answered how. None if no question has two answers or all answers are
    the same.
    """
    pairable = [spread for spread in spreads if sum(spread) > 1]
    if not pairable:
        return None
    import numpy as np

    value = float(_alphas(_coincidences(pairable), np.ones((1, len(pairable))))[0])
    return None if math.isnan(value) else value


def alpha_with_interval(
    spreads: Sequence[Sequence[int]], voices: int, *, seed: int = SEED, replicates: int = REPLICATES
) -> Alpha | None:
    """Alpha with the percentile interval (2.5 % to 97.5 %) of a bootstrap over the questions, widened to two decimals.

    The questions of the field are drawn with replacement, as Zapf et al. (2016), "Measuring inter-rater reliability for
    nominal data", BMC Medical Research Methodology 16:93, draw the units of observation. The order of the questions
    changes nothing. None below `LEAST_VOICES` (`voices`: that answered in the field) or `LEAST_QUESTIONS` with two answers,
    and where alpha is undefined; where more than a fifth of the draws leave it undefined, the interval is -1 to 1.
    """
    pairable = sorted(tuple(spread) for spread in spreads if sum(spread) > 1)
    if voices < LEAST_VOICES or len(pairable) < LEAST_QUESTIONS:
        return None
    import numpy as np

    coincidences, questions = _coincidences(pairable), len(pairable)
    alpha = float(_alphas(coincidences, np.ones((1, questions)))[0])
    if math.isnan(alpha):
        return None
    values = _alphas(coincidences, _draws(questions, seed, replicates))
    values = values[~np.isnan(values)]
    low, high = np.quantile(values, [0.025, 0.975]) if len(values) >= 0.8 * replicates else (-1.0, 1.0)
    low, high = min(alpha, float(low)), max(alpha, float(high))
    # Outward, so that alpha stays inside; the last digits of floating point must not push a bound to the next step.
    return Alpha(alpha, math.floor(round(low * 100, 6)) / 100, math.ceil(round(high * 100, 6)) / 100)


@lru_cache(maxsize=16)
def _draws(questions: int, seed: int, replicates: int) -> Floats:
    """How often each question is drawn in each replicate; kept, because drawing takes longer than all that is made of it."""
    import numpy as np

    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(questions, [1 / questions] * questions, size=replicates).astype(np.float64)
    drawn.flags.writeable = False
    return drawn


def _coincidences(spreads: Sequence[Sequence[int]]) -> Floats:
    """Per question, how often level c meets level k among its pairs of voices: shape (questions, levels, levels)."""
    import numpy as np

    counts = np.asarray(spreads, dtype=np.float64)
    pairs: Floats = counts[:, :, None] * counts[:, None, :]
    levels = np.arange(counts.shape[1])
    pairs[:, levels, levels] -= counts
    pairs /= (counts.sum(axis=1) - 1)[:, None, None]
    return pairs


def _alphas(coincidences: Floats, times: Floats) -> Floats:
    """Alpha for each row of `times` (draws, questions), which says how often each question counts; NaN where undefined."""
    import numpy as np

    questions, levels, _ = coincidences.shape
    met = (times @ coincidences.reshape(questions, levels * levels)).reshape(-1, levels, levels)
    marginals = met.sum(axis=2)
    middles = np.cumsum(marginals, axis=1) - marginals / 2
    distances = (middles[:, :, None] - middles[:, None, :]) ** 2
    size = marginals.sum(axis=1)
    observed = (met * distances).sum(axis=(1, 2))
    expected = (marginals[:, :, None] * marginals[:, None, :] * distances).sum(axis=(1, 2))
    alphas: Floats = np.full(len(times), np.nan)
    defined = expected > 1e-9
    alphas[defined] = 1 - (size[defined] - 1) * observed[defined] / expected[defined]
    return alphas
