"""Counts of people as those may know them who may not see registrations: nothing is summed that is not shown.

At home (`folded`): a cell of fewer than `SMALLEST` groups goes into *others* together with at least a second one, and *others* is
shown only if it is large enough itself. Sums are sums of what is shown. For the programme office (`for_office`): below
`SMALLEST_ABROAD` hidden, then rounded to `STEP`; totals are sums of rounded counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SMALLEST = 5
SMALLEST_ABROAD = 8
STEP = 5


@dataclass(frozen=True, slots=True)
class Count:
    """Groups that registered together, and the people in them."""

    groups: int
    people: int

    def __add__(self, other: Count) -> Count:
        return Count(self.groups + other.groups, self.people + other.people)


NOBODY = Count(0, 0)


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of cells as it may be seen. `others`: what was folded, None if nothing was or if it is hidden altogether."""

    cells: Mapping[str, Count]
    others: Count | None

    @property
    def total(self) -> Count | None:
        """The sum of what is shown; None where nothing is."""
        shown = [*self.cells.values(), *([self.others] if self.others else [])]
        return summed(shown) if shown else None


def folded(cells: Mapping[str, Count]) -> Shown:
    """A row of cells of which the small ones are put together, as the rule at the top of this module says."""
    large = {key: count for key, count in cells.items() if count.groups >= SMALLEST}
    small = [count for key, count in cells.items() if 0 < count.groups < SMALLEST]
    if not small:
        return Shown(large, None)
    others, members = summed(small), len(small)
    for key in sorted(large, key=lambda one: (large[one].groups, one)):
        if members >= 2 and others.groups >= SMALLEST:
            break
        others, members = others + large.pop(key), members + 1
    return Shown(large, others if members >= 2 and others.groups >= SMALLEST else None)


def summed(counts: Iterable[Count]) -> Count:
    total = NOBODY
    for count in counts:
        total = total + count
    return total


def hide_small(count: int) -> int | None:
    """A single number of people at home: hidden where there are too few."""
    return count if count >= SMALLEST else None


def for_office(count: int) -> int | None:
    """A number of people as the programme office may know it."""
    return None if count < SMALLEST_ABROAD else (2 * count + STEP) // (2 * STEP) * STEP


def office_total(counts: Iterable[int | None]) -> int | None:
    """The sum of counts that `for_office` let through; None where it let none through."""
    shown = [count for count in counts if count is not None]
    return sum(shown) if shown else None
