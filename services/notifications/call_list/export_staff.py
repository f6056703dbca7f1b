"""Exports the call list as a table for a call centre, as CSV that German spreadsheet programs open."""

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
    """The entries as CSV with semicolons and a byte order mark; cells that begin like a formula are guarded. The last column is left empty to be
    filled in."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    writer.writerow([gettext(name) for name in COLUMNS])
    for number, entry in enumerate(entries, 1):
        writer.writerow([guarded(cell) for cell in _row(number, entry)])
    return b"\xef\xbb\xbf" + output.getvalue().encode()


def _row(number: int, entry: Mapping[str, Any]) -> list[str]:
    """The row of one number. Where several people are reached at it, what to say to each is under their name."""
    messages = [entry, *entry.get("also", ())]
    spoken = _words(messages, lambda code: code != "de")
    german = _words(messages, lambda code: code == "de")
    return [
        str(number),
        _distinct(message["helper"] or message["name"] for message in messages),
        _distinct(message["name"] for message in messages if message["helper"]),
        entry["phone_e164"] or entry["phone"] or "",
        _distinct(_language(message["language"]) for message in messages),
        _distinct(pick(label, "de")[0] for message in messages for label in message["support"]),
        _distinct(_meeting(message["gathering"]) for message in messages if message["gathering"]),
        _time(entry["until"]),
        spoken or german,
        german if spoken else "",
        str(len(entry["attempts"])),
        "",
    ]


def _words(messages: Sequence[Mapping[str, Any]], includes: Callable[[str], bool]) -> str:
    """What to say in the languages that `includes` accepts, under each person's name where the messages are to several people."""
    lines: list[str] = []
    to_several = len({message["name"] for message in messages}) > 1
    for message in messages:
        words = [line for code, paragraphs in message["say"].items() if includes(code) for line in paragraphs]
        lines += [f"{message['name']}:", *words] if to_several and words else words
    return "\n".join(lines)


def _distinct(texts: Iterable[str]) -> str:
    """The distinct texts, joined by commas."""
    return ", ".join(dict.fromkeys(texts))


def _language(code: str) -> str:
    return LANGUAGES[code].endonym if code in LANGUAGES else code


def _meeting(gathering: Mapping[str, Any]) -> str:
    return f"{pick(gathering['title'], 'de')[0]}, {_time(gathering['starts_at'])}"


def _time(moment: str | None) -> str:
    return format_datetime(datetime.fromisoformat(moment), "de") if moment else ""
