"""Computes how far people agree about rankings: Kendall's W."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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
