"""Languages that a tenant adds to its pages: its own words for our messages, without a release.

What is known of a language (its plural forms, how dates are written, which way it runs) comes from CLDR and from tables of ours,
never from what a tenant sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from chassis.text.languages import Language

LONGEST_TAG = 20
_TAG = re.compile(r"([a-zA-Z]{2,3})(?:-([a-zA-Z]{4}))?(?:-([a-zA-Z]{2}|[0-9]{3}))?")
_NO_LANGUAGE = frozenset({"und", "mul", "mis", "zxx"})


@dataclass(frozen=True, slots=True)
class Words:
    """Our messages in a language: forms by the English message, one or those of the plural. `plural`: which form stands for a number,
    as an expression of our own tables."""

    messages: Mapping[str, tuple[str, ...]]
    plural: str = "0"


@dataclass(frozen=True, slots=True)
class AddedLanguage(Language):
    """A language that a tenant added. It is known by the `digest` of its words, so that pages can be kept by it; they are there once
    somebody reads in it."""

    digest: str = ""
    words: Words | None = field(default=None, compare=False, repr=False)


def language_tag(entry: str) -> str | None:
    """A tag as BCP 47 writes it (`ps`, `ku-Arab`, `sr-Latn-RS`); None where it names no language.

    Of two letters there are those that CLDR has a name for; of three there are thousands more.
    """
    from babel import Locale

    match = _TAG.fullmatch(entry.strip()) if len(entry) <= LONGEST_TAG else None
    if match is None:
        return None
    names = Locale("en")
    language, script, region = match.group(1).lower(), (match.group(2) or "").title(), (match.group(3) or "").upper()
    unknown = (
        language in _NO_LANGUAGE
        or "qaa" <= language <= "qtz"
        or (len(language) == 2 and language not in names.languages)
    )
    if unknown or (script and script not in names.scripts) or (region and region not in names.territories):
        return None
    return "-".join(part for part in (language, script, region) if part)


@lru_cache(500)
def locale_of(tag: str) -> str | None:
    """The CLDR locale of a tag, the nearest there is; None where CLDR knows nothing of the language."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        return None


@lru_cache(500)
def own_name(tag: str) -> str:
    """What a language calls itself; empty where CLDR does not know."""
    from babel import Locale

    locale = locale_of(tag)
    return (Locale.parse(locale).get_display_name() or "") if locale else ""


@lru_cache(500)
def plural_of(tag: str) -> tuple[int, str]:
    """How many plural forms a language has for whole numbers, and which stands for a number: as translators' programs have it, else as
    CLDR does; one and many where nobody knows."""
    from babel import Locale
    from babel.messages.plurals import PLURALS
    from babel.plural import to_gettext

    locale = locale_of(tag)
    if locale is None:
        return 2, "(n != 1)"
    plural_rule = PLURALS.get(locale) or PLURALS.get(locale.partition("_")[0])
    if plural_rule:
        return plural_rule[0], plural_rule[1]
    number, _, expression = to_gettext(Locale.parse(locale).plural_form).partition(";")
    return int(number.partition("=")[2]), expression.strip().removeprefix("plural=").rstrip(";")


def direction_of(texts: Iterable[str]) -> Literal["ltr", "rtl"]:
    """Which way a language runs: as most of its letters do."""
    balance = 0
    for text in texts:
        for char in text:
            running = unicodedata.bidirectional(char)
            balance += (running in ("R", "AL")) - (running == "L")
    return "rtl" if balance > 0 else "ltr"
