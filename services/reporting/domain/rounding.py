"""How a figure is rounded for people: half up, by the rule of `chassis.text.numbers`."""

from __future__ import annotations

from chassis.text import numbers


def half_up(value: float, decimals: int = 0) -> float:
    """The number with so many decimals; a half goes up (6.25 → 6.3). Whole numbers stay whole."""
    rounded = numbers.half_up(value, decimals)
    return int(rounded) if decimals == 0 else float(rounded)


def percent(share: float) -> int:
    """A share of 0–1 in whole percent, half up (0.625 → 63)."""
    # Two decimals of the share rather than none of a hundred times it, which a float may not hold exactly.
    return int(numbers.half_up(share, 2) * 100)
