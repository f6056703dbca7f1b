"""Reads the official list of municipalities as Destatis publishes it (GV-ISys), whatever year it is of and program it was saved with.

A row of record type 60 is a municipality; those of types 10 and 40 before it name its state and its district. The municipality
key (AGS) is state, region, district and municipality; the numbers are written with blanks between the thousands.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MUNICIPALITY, DISTRICT, STATE = "60", "40", "10"
NEEDED = ("satzart", "land", "rb", "kreis", "gemeinde", "gemeindename")
KINDS = {
    "60": "market",
    "61": "district-free city",
    "62": "city district",
    "63": "city",
    "64": "municipality",
    "65": "unincorporated, inhabited",
    "66": "unincorporated, uninhabited",
    "67": "major district town",
}
"""What the text key of a municipality says (GV-ISys, field 2)."""
_BLANKS = re.compile(r"[\s\u00a0\u2007-\u200a\u202f']+")


class NotTheList(ValueError):
    """The file is no list of municipalities; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A municipality. `area` in km²; `urbanisation`: 1 densely, 2 in between, 3 thinly populated (Eurostat's DEGURBA)."""

    ags: str
    name: str
    kind: str | None
    state: str
    district: str | None
    inhabitants: int | None
    area: float | None
    postcode: str | None
    latitude: float | None
    longitude: float | None
    urbanisation: int | None


def read(content: bytes) -> list[Entry]:
    """Read the municipalities of a file, by key; of one that stands in it twice the last row.

    Raises:
        NotTheList: with a sentence for whoever imports it.
    """
    rows = csv.reader(io.StringIO(_text(content), newline=""), delimiter=_delimiter(content))
    columns = _columns(rows)
    entries: dict[str, Entry] = {}
    states: dict[str, str] = {}
    districts: dict[str, str] = {}
    for row in rows:
        number = rows.line_num
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
        land, region, district = cells["land"].zfill(2), cells["rb"] or "0", cells["kreis"].zfill(2)
        if cells["satzart"] == STATE:
            states[land] = cells["gemeindename"]
        elif cells["satzart"] == DISTRICT:
            districts[land + region + district] = cells["gemeindename"]
        elif cells["satzart"] == MUNICIPALITY and cells["gemeindename"]:
            _check_numbers(cells, number)
            entry = _entry(cells, land + region + district, states.get(land, ""), districts)
            entries[entry.ags] = entry
    if not entries:
        raise NotTheList("No municipality stands in the file: rows of Satzart 60 are missing.")
    return sorted(entries.values(), key=lambda entry: entry.ags)


def _check_numbers(cells: Mapping[str, str], line: int) -> None:
    """Refuse a line with a number that can't be read: it must not become an empty cell."""
    for name, reads in (("bevoelkerung", _whole), ("flaeche", _number)):
        text = cells.get(name, "")
        if text and reads(text) is None:
            raise NotTheList(
                f"In line {line}, {cells['gemeindename']}, what stands under {name} is no number: {text[:40]}"
            )


def _entry(cells: Mapping[str, str], district: str, state: str, districts: Mapping[str, str]) -> Entry:
    urbanisation = _number(cells.get("verstaedterungschluessel", ""))
    return Entry(
        ags=district + cells["gemeinde"].zfill(3),
        name=cells["gemeindename"],
        kind=KINDS.get(cells.get("textkennzeichen", "")),
        state=state,
        district=districts.get(district),
        inhabitants=_whole(cells.get("bevoelkerung", "")),
        area=_number(cells.get("flaeche", "")),
        postcode=cells.get("postleitzahl") or None,
        latitude=_number(cells.get("breitengrad", "")),
        longitude=_number(cells.get("laengengrad", "")),
        urbanisation=int(urbanisation) if urbanisation in (1, 2, 3) else None,
    )


def _columns(rows: Iterable[list[str]]) -> dict[str, int]:
    """Find where each column stands; lines above the header are passed over."""
    for row in rows:
        names = [name.strip().casefold() for name in row]
        if set(NEEDED) <= set(names):
            return {name: place for place, name in enumerate(names) if name}
    raise NotTheList(f"These columns are missing: {', '.join(NEEDED)}.")


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Old programs end lines with a carriage return alone.
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return content.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")


def _delimiter(content: bytes) -> str:
    return max(",;\t", key=lambda sign: content[:20_000].count(sign.encode()))


def _whole(text: str) -> int | None:
    digits = _BLANKS.sub("", text).replace(".", "")
    return int(digits) if digits.isascii() and digits.isdigit() else None


def _number(text: str) -> float | None:
    plain = _BLANKS.sub("", text).replace(",", ".")
    try:
        return float(plain) if plain else None
    except ValueError:
        return None
