"""The certificate as a PDF in German or English: who took part in which training, when, and at whose invitation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from chassis.documents.typeset import Template
from chassis.text.languages import format_period, pick
from chassis.text.translations import mark
from services.registration.meetings.in_words import days_in_words
from services.registration.training_certificates.certificates import Attendance

TEMPLATE = Template(Path(__file__).with_name("attendance.typ"))
TITLE = mark("Certificate of attendance")
TOOK_PART = mark("took part in this training for decision-makers:")
HOURS = mark("Duration: %(hours)s hours")
NOTE = mark("Made by machine and valid without a signature. Weltoffene Kommune")


def pdf(attended: Attendance, municipality: str, language: str, say: Callable[[str], str]) -> bytes:
    """Set the certificate as PDF/UA-1 of one page. Takes some 0.1 s of processor time: call it in a thread. Of a course it states the meetings they were at, and
    the hours of these alone."""
    gathering, place = attended.gathering, attended.gathering.get("place")
    starts, ends = (datetime.fromisoformat(gathering[name]) for name in ("starts_at", "ends_at"))
    duration, when_in_words = ends - starts, [format_period(starts, ends, language)]
    if attended.meetings:
        duration = sum((meeting["ends_at"] - meeting["starts_at"] for meeting in attended.meetings), timedelta())
        when_in_words = [days_in_words(attended.meetings, language)]
    hours = f"{duration.total_seconds() / 3600:.1f}".removesuffix(".0")
    data = {
        "language": language,
        "title": say(TITLE),
        "name": attended.name,
        "municipality": municipality,
        "took_part": say(TOOK_PART),
        "training": pick(gathering["title"], language)[0],
        "facts": [
            *when_in_words,
            *([place] if place else []),
            say(HOURS) % {"hours": hours.replace(".", ",") if language == "de" else hours},
        ],
        "note": say(NOTE),
    }
    return TEMPLATE.pdf(data)
