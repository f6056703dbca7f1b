"""Questionnaires as workbooks (XLSX): written for people, read back without trusting them.

What a workbook may hold is bounded before it is opened: a few kilobytes can unpack to gigabytes, and one cell far away or
one long text that many cells share makes a reader fill the memory.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

from services.selfcheck.domain.archives import DAMAGED
from services.selfcheck.domain.errors import Flaw, Invalid
from services.selfcheck.domain.questionnaire_tables import COLUMNS, to_tables
from services.selfcheck.domain.sheet_columns import Cell, Tables

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_UPLOAD = 2 * 1024 * 1024
"""Ours takes 130 kB in three languages; nine languages of a thousand questions fit."""
MAX_PARTS, MAX_UNPACKED = 200, 16 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 3000, 200, 100_000
MAX_CHARACTERS = 64_000_000
"""Cells times the longest text in the workbook: what a reader could be made to write out."""
NOT_READABLE = Flaw(
    "", "workbook_unreadable", "This is no workbook that can be read; save it as XLSX and send it again."
)
TOO_LARGE = Flaw(
    "",
    "workbook_too_large",
    "The workbook holds far more than a questionnaire; copy its sheets into an exported workbook and send that.",
)
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_WIDTHS = {"text": 60, "help": 60, "title": 40, "label": 30, "value": 16}
_CHOICES = {("questions", "relation"): ["same", "comparable"]}
_EXPLAINED = (
    "Ein Blatt je Sache; eine Spalte je Sprache. Weitere Sprache: neue Spalte, zum Beispiel „text [uk]“. Eine Spalte „note“ wird nicht gelesen.",
    "continues und relation: welche Frage der Fassung davor weitergeht, „same“ (gleich) oder „comparable“ (vergleichbar). Leer heißt: neu.",
    "level: die niedrigste Stufe zuerst. weight: Gewicht im Handlungsfeld, größer als 0.",
    "One sheet per thing; one column per language. Another language: a new column, for example “text [uk]”. A column “note” is not read.",
    "continues and relation: which question of the version before goes on, as “same” or “comparable”. Empty means: new.",
    "level: the lowest first. weight: within the field of action, greater than 0.",
)


def write(document: Mapping[str, Any]) -> bytes:
    """The workbook of a valid document. Texts are cells of text, whatever they begin with: none becomes a formula."""
    out = io.BytesIO()
    import xlsxwriter

    book = xlsxwriter.Workbook(out, {"in_memory": True})
    heading = book.add_format({"bold": True, "bg_color": "#E6EEF0", "bottom": 1, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for name, rows in to_tables(document).items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(rows[0]):
            key = str(title).partition(" [")[0]
            sheet.set_column(column, column, _WIDTHS.get(key, 24))
            if (name, key) in _CHOICES and len(rows) > 1:
                options = {"validate": "list", "source": _CHOICES[name, key]}
                sheet.data_validation(1, column, len(rows) - 1, column, options)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                _put(sheet, number, column, cell, wrapped if number else heading)
    explained = book.add_worksheet("readme")
    explained.set_column(0, 0, 120)
    for number, words in enumerate(_EXPLAINED):
        explained.write_string(number, 0, words, wrapped)
    book.close()
    return out.getvalue()


def read(content: bytes) -> Tables:
    """The cells of the sheets a questionnaire has. A formula counts as the value it had when the workbook was saved.

    What strangers send is read in a process of its own (`workbook_check`). Raises `Invalid` for what is no workbook, or too large.
    """
    repacked = _repacked(content)
    # Loaded with the first workbook: most processes never read one.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_filelike(repacked) as book:
            names = [name for name in book.sheet_names if name in COLUMNS]
            return {name: [list(row) for row in book.get_sheet_by_name(name).to_python(False)] for name in names}
    except (CalamineError, ValueError, OSError):
        raise Invalid([NOT_READABLE]) from None


def _put(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    if cell is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(cell, int | float) and float(f"{cell:.16G}") == cell:
        sheet.write_number(row, column, cell, style)
    else:
        # A number with more digits than a workbook keeps stands there as text, and is read as the number again.
        sheet.write_string(row, column, str(cell), style)


def _repacked(content: bytes) -> io.BytesIO:
    """The workbook's XML parts packed anew, so that what was checked is what is read."""
    out = io.BytesIO()
    limits = _Limits()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as fresh:
            parts = [part for part in packed.infolist() if part.filename.endswith((".xml", ".rels"))]
            if len(packed.infolist()) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Invalid([TOO_LARGE])
            if len({part.filename for part in parts}) < len(parts):
                raise Invalid([NOT_READABLE])
            for part in parts:
                unpacked = packed.read(part)
                limits.look_through(unpacked)
                fresh.writestr(part.filename, unpacked)
    except Invalid:
        raise
    except (*DAMAGED, expat.ExpatError):
        raise Invalid([NOT_READABLE]) from None
    out.seek(0)
    return out


class _Limits:
    """Looks through the parts of a workbook one after the other; raises `Invalid` at the first thing beyond measure."""

    def __init__(self) -> None:
        self._cells = 0
        self._longest = 1

    def look_through(self, part: bytes) -> None:
        """One XML part. Document types are refused, and with them entities that stand for more than they are."""
        self._in_row = 0
        self._text = 0
        parser = expat.ParserCreate("utf-8")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._characters
        parser.Parse(part, True)

    def _doctype(self, *_: Any) -> None:
        raise Invalid([NOT_READABLE])

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self._in_row = 0
                if int(attributes.get("r", "1")) > MAX_ROWS:
                    raise Invalid([TOO_LARGE])
            case "c":
                self._cell(attributes.get("r"))
            case "si" | "is" | "v":
                self._text = 0

    def _cell(self, reference: str | None) -> None:
        self._cells += 1
        self._in_row += 1
        self._text = 0
        if reference is not None:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise Invalid([NOT_READABLE])
            if int(match.group(2)) > MAX_ROWS or _column(match.group(1)) > MAX_COLUMNS:
                raise Invalid([TOO_LARGE])
        if self._in_row > MAX_COLUMNS or self._cells > MAX_CELLS:
            raise Invalid([TOO_LARGE])
        self._measure()

    def _characters(self, words: str) -> None:
        self._text += len(words)
        if self._text > self._longest:
            self._longest = self._text
            self._measure()

    def _measure(self) -> None:
        if self._cells * self._longest > MAX_CHARACTERS:
            raise Invalid([TOO_LARGE])


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
