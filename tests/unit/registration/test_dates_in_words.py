"""The dates of a course on paper: said once where they are always at the same hour, and never so many that a page runs over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pypdf
import pytest

from chassis.pages.brand import Brand
from chassis.text.languages import LANGUAGES
from services.registration.gatherings.poster import MOST_LANGUAGES, poster, shown_on_poster
from services.registration.meetings.in_words import dates_in_words
from services.registration.training_certificates.attendance_staff import pdf
from services.registration.training_certificates.certificates import Attendance

FIRST = datetime(2026, 10, 13, 16, tzinfo=UTC)
"""A Tuesday, 18:00 in Germany; the clocks are put back before the third of the weekly dates."""
BRAND = Brand("Stadt Wilhelmshaven", colour="#f2e205", phone="+49 4421 16 12345")


def weekly(number: int) -> list[dict[str, Any]]:
    def evening(week: int) -> dict[str, Any]:
        starts = FIRST + timedelta(weeks=week, hours=week > 1)
        return {"id": str(week), "starts_at": starts, "ends_at": starts + timedelta(minutes=90), "place": None}

    return [{**evening(week), "cancelled": False} for week in range(number)]


def course(meetings: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    told = [{**one, **{name: one[name].isoformat() for name in ("starts_at", "ends_at")}} for one in meetings]
    times = {"starts_at": told[0]["starts_at"], "ends_at": told[-1]["ends_at"], "meetings": told}
    return {"title": {"de": "Kurs"}, "mode": "onsite", "place": "Rathaus", "support": [], **times, **more}


def text_of(content: bytes) -> tuple[int, str]:
    read = pypdf.PdfReader(BytesIO(content))
    return len(read.pages), " ".join(" ".join(page.extract_text() for page in read.pages).split())


def test_the_same_hour_of_the_same_weekday_is_said_once_also_over_a_change_of_clocks() -> None:
    always, days = dates_in_words(weekly(3), "de")
    assert always == "Dienstag · 18:00–19:30"
    assert days == "13. Okt. 2026 · 20. Okt. 2026 · 27. Okt. 2026"


def test_of_many_the_first_and_the_last_are_named() -> None:
    assert dates_in_words(weekly(9), "de") == [
        "9 × Dienstag · 18:00–19:30",
        "Dienstag, 13. Oktober 2026 – Dienstag, 8. Dezember 2026",
    ]


def test_other_dates_each_with_its_hour() -> None:
    two = weekly(2)
    two[1]["ends_at"] += timedelta(minutes=30)
    assert dates_in_words(two, "de") == [
        "Dienstag, 13. Oktober 2026, 18:00–19:30",
        "Dienstag, 20. Oktober 2026, 18:00–20:00",
    ]
    assert dates_in_words(two * 2, "de")[1] == "…"


def test_a_range_of_days_in_arabic_is_in_words() -> None:
    assert "–" not in dates_in_words(weekly(9), "ar")[1]


@pytest.mark.parametrize("number", [2, 8, 60])
def test_a_poster_with_all_dates_stays_one_page(number: int) -> None:
    irregular = [
        {**one, "ends_at": one["ends_at"] + timedelta(minutes=index)} for index, one in enumerate(weekly(number))
    ]
    for meetings in (weekly(number), irregular):
        shown = shown_on_poster(
            course(meetings), BRAND, list(LANGUAGES)[:MOST_LANGUAGES], "https://a.example", lambda _, message: message
        )
        pages, text = text_of(poster(shown))
        assert pages == 1
        assert "2026" in text


def test_a_poster_names_no_date_that_was_called_off() -> None:
    meetings = weekly(3)
    meetings[1]["cancelled"] = True
    shown = shown_on_poster(course(meetings), BRAND, ["de"], "https://a.example", lambda _, message: message)
    assert "20. Okt." not in text_of(poster(shown))[1]
    assert "27. Okt." in text_of(poster(shown))[1]


@pytest.mark.parametrize("number", [1, 3, 60])
def test_a_certificate_states_the_meetings_they_were_at_and_their_hours(number: int) -> None:
    attended = Attendance("Mara Muster", course(weekly(60)), weekly(number))
    pages, text = text_of(pdf(attended, "Wilhelmshaven", "de", lambda message: message))
    assert pages == 1
    hours = {1: "1,5", 3: "4,5", 60: "90"}[number]
    assert f"Duration: {hours} hours" in text
    assert text.count("2026") + text.count("2027") == number
