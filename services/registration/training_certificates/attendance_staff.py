"""The certificate as a PDF in German or English: who took part in which training, when, and at whose invitation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from chassis.documents.typeset import Template
from chassis.text.languages import format_period, pick
from chassis.text.translations import mark

TEMPLATE = Template(Path(__file__).with_name("attendance.typ"))
TITLE = mark("Certificate of attendance")
TOOK_PART = mark("took part in this training for decision-makers:")
HOURS = mark("Duration: %(hours)s hours")
NOTE = mark("Made by machine and valid without a signature. Weltoffene Kommune")


def pdf(name: str, gathering: Mapping[str, Any], municipality: str, language: str, say: Callable[[str], str]) -> bytes:
    """PDF/UA-1, one page. Takes some 0.1 s of processor time: call it in a thread. `gathering`: as the API shows it."""
    starts, ends = (datetime.fromisoformat(gathering[one]) for one in ("starts_at", "ends_at"))
    hours = f"{(ends - starts).total_seconds() / 3600:.1f}".removesuffix(".0")
    place = gathering.get("place")
    data = {
        "language": language,
        "title": say(TITLE),
        "name": name,
        "municipality": municipality,
        "took_part": say(TOOK_PART),
        "training": pick(gathering["title"], language)[0],
        "facts": [
            format_period(starts, ends, language),
            *([place] if place else []),
            say(HOURS) % {"hours": hours.replace(".", ",") if language == "de" else hours},
        ],
        "note": say(NOTE),
    }
    return TEMPLATE.pdf(data)
