"""The languages people can choose, how one is chosen, and how texts and times read in it.

babel.dates is imported when the first date is formatted: that takes long, and a start has no use for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
_MAX_HEADER = 500
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `code` is BCP 47, `locale` the CLDR locale whose dates and plurals it uses.

    Not `everywhere`: it is written where residents find events, sign up and get messages; other pages fall back.
    `falls_back_to`: of one that a tenant added itself, the code of the built-in language that everything is in which it has no words for.
    """

    code: str
    endonym: str
    locale: str
    direction: Literal["ltr", "rtl"] = "ltr"
    everywhere: bool = True
    falls_back_to: str = ""

    @property
    def fallbacks(self) -> tuple[str, ...]:
        """Languages in which a text is looked for, best first; the language itself leads."""
        next_best = LANGUAGES[self.falls_back_to].fallbacks if self.falls_back_to else (self.base,)
        return tuple(dict.fromkeys((self.code, *next_best, "en", "de")))

    @property
    def supported_code(self) -> str:
        """The code of the built-in language in which its reader gets what a tenant can't translate: messages, documents, calendars."""
        return self.falls_back_to or self.code

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


def find_language(language: str | Language) -> Language | None:
    """The built-in language of a code, or the language itself; None where there is none of this code."""
    return language if isinstance(language, Language) else LANGUAGES.get(language)


def direction(language: str | Language) -> str:
    """The direction in which a language is written: `rtl` or `ltr`; a language we don't offer counts as left-to-right."""
    return known_language.direction if (known_language := find_language(language)) else "ltr"


def negotiate(query: str | None, cookie: str | None, accept: str | None, offered: Sequence[str]) -> str:
    """The language of an answer: `?lang=`, then the cookie, then Accept-Language, then the tenant's default.

    Only languages in `offered` are chosen, of which the first is the default. Unknown values are passed over.
    """
    for tag in (query, cookie, *_by_preference((accept or "")[:_MAX_HEADER])):
        if (code := offered_as(tag or "", offered)) is not None:
            return code
    return offered[0]


def offered_as(tag: str, offered: Sequence[str]) -> str | None:
    """What of `offered` a language tag means: this very form of a language, else what it is a form of (of Dari: Farsi), however it is
    written. None where there is neither."""
    offered_by_tag = {code.lower(): code for code in offered}
    normalized = tag.lower()
    return offered_by_tag.get(normalized) or offered_by_tag.get(normalized.partition("-")[0])


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


def pick(texts: Mapping[str, str], language: str | Language) -> tuple[str, str]:
    """The text for a reader of `language` and the language it is in, along the fallback chain, else any there is.

    Raises:
        ValueError: there is no text in any language.
    """
    known_language = find_language(language)
    own_code = known_language.code if known_language else str(language)
    if text := texts.get(own_code):
        return text, own_code
    chain = known_language.fallbacks if known_language else ("en", "de")
    for code in (*chain, *texts):
        if texts.get(code):
            return texts[code], code
    raise ValueError("a text without any language")


def _locale(language: str | Language) -> str:
    return known_language.locale if (known_language := find_language(language)) else "en_GB"


def _words_for(words: Mapping[str, _T], language: str | Language) -> _T | None:
    """The text in the language, else in one that it falls back to."""
    known_language = find_language(language)
    return next((words[code] for code in (known_language.fallbacks if known_language else ()) if code in words), None)


def format_date(moment: datetime, language: str | Language) -> str:
    """The day in Germany, with weekday: `Montag, 30. November 2026`."""
    from babel.dates import format_date as babel_date

    return babel_date(moment.astimezone(BERLIN).date(), "full", locale=_locale(language))


def format_day(day: date, language: str | Language) -> str:
    """A day without its weekday: `30. November 2026`."""
    from babel.dates import format_date as babel_date

    return babel_date(day, "long", locale=_locale(language))


def format_short_day(moment: datetime, language: str | Language) -> str:
    """The day in Germany where many stand in a row: `30. Nov. 2026`."""
    from babel.dates import format_skeleton

    return format_skeleton("yMMMd", moment, tzinfo=BERLIN, locale=_locale(language))


def format_weekday(moment: datetime, language: str | Language) -> str:
    """The day of the week in Germany: `Montag`."""
    from babel.dates import format_date as babel_date

    return babel_date(moment.astimezone(BERLIN).date(), "EEEE", locale=_locale(language))


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


def format_time(moment: datetime, language: str | Language) -> str:
    """The time of day in Germany on the 24-hour clock that German invitations use: `17:30`; in the hour that is there twice when
    clocks are put back also which of both: `02:30 (Sommerzeit)`."""
    from babel.dates import format_datetime as babel_datetime

    shown = babel_datetime(moment, "HH:mm", tzinfo=BERLIN, locale=_locale(language))
    second = is_second_of_doubled_hour(moment)
    return shown if second is None else f"{shown} ({(_words_for(SEASONS, language) or SEASONS['en'])[second]})"


def is_second_of_doubled_hour(moment: datetime) -> bool | None:
    """Of a time that clocks in Germany show twice that day: whether this is the second one; None of any other time."""
    here = moment.astimezone(BERLIN)
    first, second = (here.replace(fold=fold).utcoffset() for fold in (0, 1))
    return bool(here.fold) if first != second else None  # no moment falls into the hour that is skipped in March


def format_datetime(moment: datetime, language: str | Language) -> str:
    """Day and time in Germany: `Montag, 30. November 2026, 17:30`."""
    return f"{format_date(moment, language)}{_comma(language)} {format_time(moment, language)}"


_RANGES = {
    "ar": ("من {start} إلى {end}", "من الساعة {start} إلى الساعة {end}"),
    "fa": ("از {start} تا {end}", "از ساعت {start} تا {end}"),
    "fa-AF": ("از {start} تا {end}", "از ساعت {start} تا {end}"),
}
"""Ranges of days and of times of day in words: a dash between digits would be drawn from left to right, so the end be read first."""
_RIGHT_TO_LEFT = ("{start} \u200f–\u200f {end}", "{start}\u200f–\u200f{end}")
"""Where we have no words: marks on both sides of the dash make it run with the line."""
_LEFT_TO_RIGHT = ("{start} – {end}", "{start}–{end}")


def format_period(start: datetime, end: datetime, language: str | Language) -> str:
    """From when till when: `Montag, 30. November 2026, 17:30–20:00`; over midnight both days are named."""
    if start.astimezone(BERLIN).date() != end.astimezone(BERLIN).date():
        days, _ = _ranges(language)
        return days.format(start=format_datetime(start, language), end=format_datetime(end, language))
    return f"{format_date(start, language)}{_comma(language)} {format_times(start, end, language)}"


def format_times(start: datetime, end: datetime, language: str | Language) -> str:
    """From which to which time of day: `17:30–20:00`."""
    _, times = _ranges(language)
    return times.format(start=format_time(start, language), end=format_time(end, language))


def format_days(first: datetime, last: datetime, language: str | Language) -> str:
    """From which to which day: `Montag, 30. November 2026 – Montag, 11. Januar 2027`."""
    days, _ = _ranges(language)
    return days.format(start=format_date(first, language), end=format_date(last, language))


def _ranges(language: str | Language) -> tuple[str, str]:
    """How ranges of days, and of times of day, are written."""
    known_language = find_language(language)
    by_direction = _RIGHT_TO_LEFT if direction(language) == "rtl" else _LEFT_TO_RIGHT
    return _RANGES.get(known_language.code if known_language else "", by_direction)


def _comma(language: str | Language) -> str:
    return "،" if direction(language) == "rtl" else ","
