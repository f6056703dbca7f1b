"""The call list as a table for a call centre, in the form that German spreadsheet programs read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chassis.text.languages import LANGUAGES, format_datetime, pick
from chassis.text.spreadsheets import guarded
from chassis.text.translations import mark

COLUMNS = (
    mark("No."),
    mark("To whom"),
    mark("For whom"),
    mark("Telephone"),
    mark("Language"),
    mark("Support"),
    mark("Meeting"),
    mark("By when"),
    mark("What to say"),
    mark("The same in German"),
    mark("Calls so far"),
    mark("What came of it"),
)


def table(entries: Iterable[Mapping[str, Any]], gettext: Callable[[str], str]) -> bytes:
    """CSV with semicolons and a byte order mark; what begins like a formula is guarded. The last column is to be filled in."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow([gettext(name) for name in COLUMNS])
    for number, one in enumerate(entries, 1):
        writer.writerow([guarded(cell) for cell in _row(number, one)])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _row(number: int, one: Mapping[str, Any]) -> list[str]:
    """One number. Where several people are reached at it, each one's words stand under their name."""
    told = [one, *one.get("also", ())]
    spoken = _words(told, lambda code: code != "de")
    german = _words(told, lambda code: code == "de")
    return [
        str(number),
        _each(each["helper"] or each["name"] for each in told),
        _each(each["name"] for each in told if each["helper"]),
        one["phone_e164"] or one["phone"] or "",
        _each(LANGUAGES[code].endonym if code in LANGUAGES else code for code in (each["language"] for each in told)),
        _each(pick(label, "de")[0] for each in told for label in each["support"]),
        _each(_meeting(each["gathering"]) for each in told if each["gathering"]),
        _time(one["until"]),
        spoken or german,
        german if spoken else "",
        str(len(one["attempts"])),
        "",
    ]


def _words(told: Sequence[Mapping[str, Any]], wanted: Callable[[str], bool]) -> str:
    """What to say in the languages wanted, under each one's name where several are told."""
    lines: list[str] = []
    named = len({each["name"] for each in told}) > 1
    for each in told:
        words = [line for code, paragraphs in each["say"].items() if wanted(code) for line in paragraphs]
        lines += [f"{each['name']}:", *words] if named and words else words
    return "\n".join(lines)


def _each(texts: Iterable[str]) -> str:
    """Each text once."""
    return ", ".join(dict.fromkeys(texts))


def _meeting(gathering: Mapping[str, Any]) -> str:
    return f"{pick(gathering['title'], 'de')[0]}, {_time(gathering['starts_at'])}"


def _time(moment: str | None) -> str:
    return format_datetime(datetime.fromisoformat(moment), "de") if moment else ""
