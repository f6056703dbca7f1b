"""How figures read: in German with a comma, half up, a dash where there is none."""

from __future__ import annotations

from babel.numbers import format_decimal

from chassis.text.languages import LANGUAGES
from services.reporting.domain.rounding import half_up, percent


def number(value: float | None, language: str) -> str:
    """A score with the decimals it was published with, at most two."""
    if value is None:
        return "–"
    return format_decimal(half_up(value, 2), locale=LANGUAGES[language].locale)


def share(value: float | None) -> str:
    """A share of 0–1 in whole percent."""
    return "–" if value is None else f"{percent(value)} %"
