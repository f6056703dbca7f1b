"""Makes the published figures of a benchmark wave's comparison group: classes of five points, and nothing else.

Of the contributors' figures of one field of action only these are told: how many there are, in which class the median lies
and, from ten on, in which classes the quartiles lie. All three are ranks: the k-th smallest figure, with
k = ⌈n/4⌉, ⌈n/2⌉ and ⌈3n/4⌉ (the nearest-rank method; of an even number the median is the lower of the two in the middle). A
class says “at least k figures are below its end” and “at least n - k + 1 reach its beginning”, so that what a reader can
conclude is a matter of counting (`wave_audit`). Means, extremes, places and single figures are not told.

Who looks is taken as knowing their own figure and those they see by name: both don't count towards the minimum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

CLASS = 5
LEAST = 5
"""Contributors behind a figure whom a viewer can't see by name, their own municipality left out."""
LEAST_FOR_QUARTILES = 10
Band = Literal["lower", "middle", "upper"]


@dataclass(frozen=True, slots=True)
class Class:
    """Scores from `low` up to, not including, `high`; the last class holds 100."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Published:
    """Published figures of a field in a group."""

    municipalities: int
    median: Class
    quartiles: tuple[Class, Class] | None = None

    def ranks(self) -> list[tuple[int, Class]]:
        """Each class with the rank it speaks about, counted from 1."""
        count = self.municipalities
        ranks = [(rank(count, 2), self.median)]
        if self.quartiles is not None:
            ranks = [(rank(count, 1), self.quartiles[0]), *ranks, (rank(count, 3), self.quartiles[1])]
        return ranks

    def without_quartiles(self) -> Published:
        return Published(self.municipalities, self.median)


def rank(count: int, quarters: int) -> int:
    """⌈count · quarters / 4⌉."""
    return -(-count * quarters // 4)


def class_of(score: float) -> Class:
    low = min(int(score // CLASS) * CLASS, 100 - CLASS)
    return Class(low, low + CLASS)


def unseen(count: int, named: int) -> int:
    """Contributors whom no viewer sees by name, for the viewer who sees most: one of the named, or one of the others."""
    return count - max(named, 1)


def figures_of(scores: Sequence[float], named: int, least: int = LEAST) -> Published | None:
    """What may be told of a field in a group; None: too few. `named`: contributors who show their names to each other."""
    hidden = unseen(len(scores), named)
    if hidden < max(least, LEAST):
        return None
    ordered = sorted(scores)

    def at(quarters: int) -> Class:
        return class_of(ordered[rank(len(ordered), quarters) - 1])

    quartiles = (at(1), at(3)) if hidden >= max(least, LEAST_FOR_QUARTILES) else None
    return Published(len(ordered), at(2), quartiles)


def band(score: float, published: Published) -> Band:
    """Class in which an own figure lies, by the published figures alone: beside the classes of the quartiles, without them beside
    that of the median."""
    low, high = published.quartiles or (published.median, published.median)
    if score < low.low:
        return "lower"
    if score >= high.high:
        return "upper"
    return "middle"
