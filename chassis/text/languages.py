"""The languages people can choose, how one is chosen, and how texts and times read in it.

babel.dates is loaded by the first time that is written: it takes long, and a start has no use for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
_MAX_HEADER = 500


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `code` is BCP 47, `locale` the CLDR locale whose dates and plurals it uses.

    Not `everywhere`: it is written where residents find events, sign up and get messages; other pages fall back.
    """

    code: str
    endonym: str
    locale: str
    direction: Literal["ltr", "rtl"] = "ltr"
    everywhere: bool = True

    @property
    def fallbacks(self) -> tuple[str, ...]:
        """Where a text is looked for, best first; the language itself leads."""
        return tuple(dict.fromkeys((self.code, self.base, "en", "de")))

    @property
    def base(self) -> str:
        """The language it is a form of, such as German of Leichte Sprache; else itself."""
        return self.code.partition("-")[0]


LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        Language("de", "Deutsch", "de_DE"),
        Language("de-simple", "Leichte Sprache", "de_DE"),
        Language("en", "English", "en_GB"),
        Language("uk", "Українська", "uk_UA"),
        Language("ar", "العربية", "ar", "rtl"),
        Language("tr", "Türkçe", "tr_TR"),
        Language("fa", "فارسی", "fa_IR", "rtl"),
        Language("ru", "Русский", "ru_RU"),
        Language("fr", "Français", "fr_FR"),
        Language("fa-AF", "دری", "fa_AF", "rtl", everywhere=False),
        Language("ku", "Kurmancî", "ku", everywhere=False),
        Language("ti", "ትግርኛ", "ti_ER", everywhere=False),
    )
}
EVERYWHERE = tuple(code for code, language in LANGUAGES.items() if language.everywhere)
"""What a municipality has unless it chooses; the others it can switch on."""


def direction(code: str) -> str:
    """`rtl` or `ltr`; a language we don't offer counts as left-to-right."""
    return LANGUAGES[code].direction if code in LANGUAGES else "ltr"


def negotiate(query: str | None, cookie: str | None, accept: str | None, offered: Sequence[str]) -> str:
    """The language of an answer: `?lang=`, then the cookie, then Accept-Language, then the tenant's default.

    Only languages in `offered` are chosen, of which the first is the default. Unknown values are passed over.
    """
    for wanted in (query, cookie):
        if wanted in offered:
            return str(wanted)
    known = {code.lower(): code for code in offered}
    for tag in _by_preference((accept or "")[:_MAX_HEADER]):
        for candidate in (tag, tag.split("-")[0]):
            if candidate in known:
                return known[candidate]
    return offered[0]


def _by_preference(header: str) -> list[str]:
    """The tags of an Accept-Language header, best first; what can't be read is left out."""
    weighted: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        quality = parameter.strip().removeprefix("q=") or "1"
        try:
            weight = float(quality)
        except ValueError:
            continue
        if tag and 0 < weight <= 1:
            weighted.append((weight, tag.strip().lower()))
    return [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]


def pick(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """The text for a reader of `language` and the language it is in, along the fallback chain, else any there is.

    Raises:
        ValueError: there is no text in any language.
    """
    chain = LANGUAGES[language].fallbacks if language in LANGUAGES else (language, "en", "de")
    for code in (*chain, *texts):
        if texts.get(code):
            return texts[code], code
    raise ValueError("a text without any language")


def _locale(language: str) -> str:
    return LANGUAGES[language].locale if language in LANGUAGES else "en_GB"


def format_date(moment: datetime, language: str) -> str:
    """The day in Germany, with weekday: `Montag, 30. November 2026`."""
    from babel.dates import format_date as babel_date

    return babel_date(moment.astimezone(BERLIN).date(), "full", locale=_locale(language))


def format_day(day: date, language: str) -> str:
    """A day without its weekday: `30. November 2026`."""
    from babel.dates import format_date as babel_date

    return babel_date(day, "long", locale=_locale(language))


SEASONS = {
    "de": ("Sommerzeit", "Winterzeit"),
    "de-simple": ("Sommer-Zeit", "Winter-Zeit"),
    "en": ("summer time", "winter time"),
    "uk": ("літній час", "зимовий час"),
    "ar": ("التوقيت الصيفي", "التوقيت الشتوي"),
    "tr": ("yaz saati", "kış saati"),
    "fa": ("ساعت تابستانی", "ساعت زمستانی"),
    "ru": ("летнее время", "зимнее время"),
    "fr": ("heure d’été", "heure d’hiver"),
    "fa-AF": ("ساعت تابستانی", "ساعت زمستانی"),
    "ku": ("dema havînê", "dema zivistanê"),
    "ti": ("ግዜ ሓጋይ", "ግዜ ክረምቲ"),
}
"""How the two hours are told apart that one night in October has twice."""


def format_time(moment: datetime, language: str) -> str:
    """The time of day in Germany on the 24-hour clock that German invitations use: `17:30`; in the hour that is there twice when
    clocks are put back also which of both: `02:30 (Sommerzeit)`."""
    from babel.dates import format_datetime as babel_datetime

    shown = babel_datetime(moment, "HH:mm", tzinfo=BERLIN, locale=_locale(language))
    second = second_of_two(moment)
    return shown if second is None else f"{shown} ({SEASONS.get(language, SEASONS['en'])[second]})"


def second_of_two(moment: datetime) -> bool | None:
    """Of a time that clocks in Germany show twice that day: whether this is the second one; None of any other time."""
    here = moment.astimezone(BERLIN)
    first, second = (here.replace(fold=fold).utcoffset() for fold in (0, 1))
    return bool(here.fold) if first != second else None  # no moment falls into the hour that is skipped in March


def format_datetime(moment: datetime, language: str) -> str:
    """Day and time in Germany: `Montag, 30. November 2026, 17:30`."""
    return f"{format_date(moment, language)}{_comma(language)} {format_time(moment, language)}"


_RANGES = {
    "ar": ("من {start} إلى {end}", "من الساعة {start} إلى الساعة {end}"),
    "fa": ("از {start} تا {end}", "از ساعت {start} تا {end}"),
    "fa-AF": ("از {start} تا {end}", "از ساعت {start} تا {end}"),
}
"""Ranges of days and of times of day in words: a dash between digits would be drawn from left to right, so the end be read first."""


def format_period(start: datetime, end: datetime, language: str) -> str:
    """From when till when: `Montag, 30. November 2026, 17:30–20:00`; over midnight both days are named."""
    if start.astimezone(BERLIN).date() != end.astimezone(BERLIN).date():
        begins, ends = format_datetime(start, language), format_datetime(end, language)
        days = _RANGES[language][0] if language in _RANGES else "{start} – {end}"
        return days.format(start=begins, end=ends)
    times = _RANGES[language][1] if language in _RANGES else "{start}–{end}"
    hours = times.format(start=format_time(start, language), end=format_time(end, language))
    return f"{format_date(start, language)}{_comma(language)} {hours}"


def _comma(language: str) -> str:
    return "،" if direction(language) == "rtl" else ","
