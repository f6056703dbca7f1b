"""The call list as a table for a call centre, in the form that German spreadsheet programs read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
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
    told = [one, *one.get("also", ())]
    language, gathering = one["language"], one["gathering"]
    spoken = [words for each in told for code, lines in each["say"].items() if code != "de" for words in lines]
    german = [words for each in told for words in each["say"].get("de", ())]
    return [
        str(number),
        one["helper"] or one["name"],
        one["name"] if one["helper"] else "",
        one["phone_e164"] or one["phone"] or "",
        LANGUAGES[language].endonym if language in LANGUAGES else language,
        ", ".join(pick(label, "de")[0] for label in one["support"]),
        f"{pick(gathering['title'], 'de')[0]}, {_time(gathering['starts_at'])}" if gathering else "",
        _time(one["until"]),
        "\n".join(spoken or german),
        "\n".join(german) if spoken else "",
        str(len(one["attempts"])),
        "",
    ]


def _time(moment: str | None) -> str:
    return format_datetime(datetime.fromisoformat(moment), "de") if moment else ""
