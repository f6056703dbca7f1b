"""Which language a reader gets, and how texts and times read in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chassis.pages.brand import Brand
from chassis.text.languages import EVERYWHERE, LANGUAGES, format_datetime, format_period, negotiate, pick

START, END = datetime(2026, 11, 30, 16, 30, tzinfo=UTC), datetime(2026, 11, 30, 19, 0, tzinfo=UTC)
OFFERED = ("de", "en", "uk", "ar", "de-simple")


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "chosen"),
    [
        ("ar", "uk", "en", "ar"),
        ("xx", "uk", "en", "uk"),
        (None, "../etc", "en", "en"),
        (None, None, "fr;q=0.9, en;q=0.3, uk;q=0.8", "uk"),
        (None, None, "en-US,en;q=0.5", "en"),
        (None, None, "de-simple, de", "de-simple"),
        (None, None, "uk;q=0, en;q=high, ,;q=1", "de"),
        (None, None, "fr" + ",fr" * 100_000, "de"),
        (None, None, None, "de"),
    ],
)
def test_the_language_is_negotiated_from_query_cookie_and_header(
    query: str | None, cookie: str | None, accept: str | None, chosen: str
) -> None:
    assert negotiate(query, cookie, accept, OFFERED) == chosen


@pytest.mark.parametrize(
    ("texts", "language", "found"),
    [
        ({"de": "a", "en": "b", "uk": "c"}, "uk", ("c", "uk")),
        ({"de": "a", "en": "b"}, "uk", ("b", "en")),
        ({"de": "a", "en": "b"}, "de-simple", ("a", "de")),
        ({"de": "a", "en": ""}, "ar", ("a", "de")),
        ({"pl": "d"}, "ar", ("d", "pl")),
    ],
)
def test_a_text_falls_back_to_the_nearest_language(
    texts: dict[str, str], language: str, found: tuple[str, str]
) -> None:
    assert pick(texts, language) == found


def test_a_text_in_no_language_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="without any language"):
        pick({"de": ""}, "de")


def test_times_are_those_of_germany() -> None:
    assert format_period(START, END, "de") == "Montag, 30. November 2026, 17:30–20:00"
    assert format_period(START, END, "de-simple") == format_period(START, END, "de")
    assert format_period(START, END, "uk") == "понеділок, 30 листопада 2026\u202fр., 17:30–20:00"
    summer = datetime(2026, 6, 29, 22, 30, tzinfo=UTC)
    assert format_datetime(summer, "en") == "Tuesday, 30 June 2026, 00:30"


def test_a_period_over_midnight_names_both_days() -> None:
    over_midnight = format_period(START, datetime(2026, 12, 1, 0, 0, tzinfo=UTC), "de")
    assert over_midnight == "Montag, 30. November 2026, 17:30 – Dienstag, 1. Dezember 2026, 01:00"


def test_a_range_of_times_is_said_in_words_right_to_left() -> None:
    for code in ("ar", "fa"):
        assert LANGUAGES[code].direction == "rtl"
        said = format_period(START, END, code)
        assert not set("–-") & set(said), "a dash between digits is drawn from left to right"
        words = said.partition("17:30")
        assert words[0].split()[-2] in ("من", "از")
        assert words[2].split()[0] in ("إلى", "تا")
        assert words[2].endswith("20:00")


def test_a_language_with_a_region_is_found_however_it_is_written() -> None:
    assert negotiate(None, None, "FA-af, en;q=0.5", ("de", "fa", "fa-AF")) == "fa-AF"
    assert negotiate(None, None, "fa-AF", ("de", "fa")) == "fa"
    for wanted in ("fa-AF", "FA-AF", "fa-IR", "fa"):
        assert negotiate(wanted, "de", "de", ("de", "fa")) == "fa", "a link or a cookie of a form that is not offered"
        assert negotiate(None, wanted, "de", ("de", "fa")) == "fa"
    assert negotiate("fa", None, None, ("de", "fa-AF")) == "de", "who asks for Farsi is not given Dari"
    for nothing in ("", "-", "-fa", "f", "fa_AF", "\x00", "x" * 100_000):
        assert negotiate(nothing, nothing, None, ("de", "fa")) == "de"
    assert pick({"fa": "a", "en": "b"}, "fa-AF") == ("a", "fa")


def test_a_language_for_residents_is_offered_where_it_is_chosen_and_only_on_their_pages() -> None:
    brand = Brand("Wilhelmshaven", languages=("de", "ti", "fa-AF", "en"))
    assert brand.without_partial_languages().languages == ("de", "en")
    assert set(Brand("Wilhelmshaven").languages) == set(EVERYWHERE)
    assert set(LANGUAGES) - set(EVERYWHERE) == {"fa-AF", "ku", "ti"}
