"""How figures read: in German with a comma, half up, a dash where there is none."""

from __future__ import annotations

from chassis.text.numbers import format_number
from services.reporting.domain.rounding import percent


def number(value: float | None, language: str) -> str:
    """A score with the decimals it was published with, at most two."""
    return "–" if value is None else format_number(value, language, 2)


def share(value: float | None) -> str:
    """A share of 0–1 in whole percent."""
    return "–" if value is None else f"{percent(value)} %"
