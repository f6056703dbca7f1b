"""How a figure is rounded for people: half up, from the number as it is written, in one place."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def half_up(value: float, decimals: int = 0) -> float:
    """The number with so many decimals; a half goes up (6.25 → 6.3). Whole numbers stay whole."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return int(rounded) if decimals == 0 else float(rounded)


def percent(share: float) -> int:
    """A share of 0–1 in whole percent, half up (0.625 → 63)."""
    return int((Decimal(str(share)) * 100).quantize(Decimal(1), ROUND_HALF_UP))
