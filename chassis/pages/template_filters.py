"""Filters of templates: texts, figures, days and times as the language of the page writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from chassis.text import languages
from chassis.text.languages import Language
from chassis.text.numbers import format_number, half_up


def text(texts: Mapping[str, str], language: Language) -> Markup:
    """A text by language; one that is in another language than the page says so, for screen readers and direction."""
    words, code = languages.pick(texts, language)
    if code == language.code:
        return Markup.escape(words)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(code, languages.direction(code), words)


def number(language: Language, value: float) -> str:
    """A figure as it is written in the language, to three decimals at most."""
    return format_number(value, language, 3)


def round_for_display(value: float, precision: int = 0) -> float:
    """The one way to round for display; in templates under the name of Jinja's own filter, which rounds half to even."""
    return float(half_up(value, precision))


def period(language: Language, start: datetime, end: datetime) -> str:
    """From when till when, never broken at the dash: word joiners stand on both sides of it."""
    return languages.format_period(start, end, language).replace("–", "\u2060–\u2060")


def day_tag(language: Language, day: str) -> Markup:
    """Write a day for people and machines: a `<time>` of a day that is given as `2027-06-30`, without its weekday."""
    return Markup('<time datetime="{}">{}</time>').format(day, languages.format_day(date.fromisoformat(day), language))


def time_tag(format_moment: Any, language: Language, moment: datetime) -> Markup:
    """Write a moment for people and machines: a `<time>` with the moment for machines and its words for people."""
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), format_moment(moment, language))
