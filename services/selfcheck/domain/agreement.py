"""How far people agree about rankings and full tables: Kendall's W and intraclass correlations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


def kendall_w(ratings: Sequence[Sequence[float]]) -> Fraction | None:
    """Kendall's coefficient of concordance, corrected for ties: how far several people rank the same things alike.

    `ratings[person][thing]`: ranks, or any figures that grow with the rank; equal ones share the mean of their ranks.
    W = 12 S / (m² (n³ - n) - m ΣT) with T = Σ (t³ - t) over each person's groups of t ties (Kendall & Gibbons 1990,
    ch. 6). From 0 (no agreement) to 1. None for fewer than two people or things, or if everybody tied everything.
    Raises `ValueError` if the rows differ in length.
    """
    people = len(ratings)
    things = len(ratings[0]) if ratings else 0
    if any(len(row) != things for row in ratings):
        raise ValueError("everybody has to rank the same things")
    if people < 2 or things < 2:
        return None
    rows = [mid_ranks(row) for row in ratings]
    sums = [sum((row[thing] for row in rows), Fraction(0)) for thing in range(things)]
    mean = sum(sums, Fraction(0)) / things
    ties = sum(t**3 - t for row in ratings for t in Counter(row).values())
    most = people**2 * (things**3 - things) - people * ties
    spread = sum(((total - mean) ** 2 for total in sums), Fraction(0))
    return 12 * spread / most if most else None


def mid_ranks(row: Sequence[float]) -> list[Fraction]:
    """Ranks from 1, the smallest first; equal figures share the mean of their ranks."""
    ranks: dict[float, Fraction] = {}
    below = 0
    for value, ties in sorted(Counter(row).items()):
        ranks[value] = below + Fraction(ties + 1, 2)
        below += ties
    return [ranks[value] for value in row]


@dataclass(frozen=True)
class Icc:
    """The six intraclass correlations of Shrout & Fleiss (1979); `single` rating or mean of all k raters (`average`).

    Case 1: other raters for each thing; 2: the raters are a sample, absolute agreement; 3: these raters, consistency.
    """

    single: tuple[Fraction, Fraction, Fraction]
    average: tuple[Fraction, Fraction, Fraction]


def icc(table: Sequence[Sequence[int | Fraction]]) -> Icc | None:
    """Intraclass correlations of a complete table `table[thing][rater]`, from the two-way analysis of variance.

    Needs at least two things and two raters and some variance; otherwise None. Raises `ValueError` if rows differ in
    length. A point estimate alone is not for display.
    """
    n, k = len(table), len(table[0]) if table else 0
    if any(len(row) != k for row in table):
        raise ValueError("every rater has to rate every thing")
    if n < 2 or k < 2:
        return None
    mean = Fraction(sum(map(sum, table))) / (n * k)
    between = k * _squares((Fraction(sum(row)) / k for row in table), mean)
    raters = n * _squares((Fraction(sum(column)) / n for column in zip(*table, strict=True)), mean)
    total = _squares((Fraction(value) for row in table for value in row), mean)
    bms, jms = between / (n - 1), raters / (k - 1)
    wms, ems = (total - between) / (n * (k - 1)), (total - between - raters) / ((n - 1) * (k - 1))
    extra = k * (jms - ems) / n
    single = (bms + (k - 1) * wms, bms + (k - 1) * ems + extra, bms + (k - 1) * ems)
    average = (bms, bms + (jms - ems) / n, bms)
    if not all((*single, *average)):
        return None
    above = (bms - wms, bms - ems, bms - ems)
    return Icc(
        (above[0] / single[0], above[1] / single[1], above[2] / single[2]),
        (above[0] / average[0], above[1] / average[1], above[2] / average[2]),
    )


def _squares(values: Iterable[Fraction], mean: Fraction) -> Fraction:
    return sum(((value - mean) ** 2 for value in values), Fraction(0))
