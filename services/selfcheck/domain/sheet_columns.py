"""Sheets of a workbook with headings, as tables for people have them: rows whose cells are known by name and by place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

Cell = str | float | bool | date | time | timedelta | None
Tables = dict[str, list[list[Cell]]]
"""Rows of cells by sheet; the first row holds the headings."""
Note = Callable[..., None]
"""Notes a flaw: place, code, detail, values named in the detail."""

IGNORED = "note"
"""A column for people's own remarks."""
_TEXT_COLUMN = re.compile(r"(\w+) ?\[ ?([^\]\s]+) ?\]")


@dataclass(frozen=True)
class Columns:
    """What a sheet holds: plain columns, columns that exist once per language, and plain ones that may be missing."""

    plain: tuple[str, ...]
    texts: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()


@dataclass
class Row:
    """One row's cells by column, empty ones left out of `texts` (by name, then language)."""

    number: int
    plain: dict[str, Cell]
    texts: dict[str, dict[str, Cell]]


@dataclass
class Sheet:
    """A sheet read by its headings: `title [de]` is the column of a text in a language."""

    name: str
    columns: dict[str, int] = field(default_factory=dict)
    texts: dict[tuple[str, str], int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, rows: Sequence[Sequence[Cell]] | None, columns: Columns, note: Note) -> Sheet:
        """The sheet, its headings checked; empty rows are passed over."""
        sheet = cls(name)
        if rows is None:
            detail = "The sheet “%(sheet)s” is missing; add it, or begin with an exported workbook."
            note(f"/{name}", "sheet_missing", detail, sheet=name)
            return sheet
        sheet._headings(rows[0] if rows else [], columns, note)
        for number, cells in enumerate(rows[1:], 2):
            if not all(empty(cell) for cell in cells):
                sheet.rows.append(sheet._row(number, cells))
        return sheet

    def cell(self, row: int, column: int) -> str:
        """The pointer of a cell: `/questions/C5`."""
        return f"/{self.name}/{column_name(column)}{row}"

    def place(self, row: Row, column: str) -> str:
        """The pointer of a row's cell in a plain column, or of the sheet that has no such column."""
        return self.cell(row.number, self.columns[column]) if column in self.columns else f"/{self.name}"

    def _headings(self, cells: Sequence[Cell], columns: Columns, note: Note) -> None:
        for index, cell in enumerate(cells):
            if not empty(cell):
                self._heading(str(cell).strip(), index, columns, note)
        for name in columns.plain:
            if name not in self.columns and name not in columns.optional:
                detail = "The sheet has no column “%(column)s”; add it."
                note(f"/{self.name}", "column_missing", detail, column=name)

    def _heading(self, words: str, index: int, columns: Columns, note: Note) -> None:
        place = self.cell(1, index)
        text_column = _TEXT_COLUMN.fullmatch(words)
        key = text_column.group(1).lower() if text_column else words.lower()
        if text_column and key in columns.texts:
            is_repeated = self.texts.setdefault((key, text_column.group(2)), index) != index
        elif not text_column and key in columns.plain:
            is_repeated = self.columns.setdefault(key, index) != index
        elif key == IGNORED:
            is_repeated = False
        else:
            self._unknown_heading(key, place, columns, note)
            return
        if is_repeated:
            note(place, "column_twice", "There is a column with this heading already; keep one of them.")

    def _unknown_heading(self, key: str, place: str, columns: Columns, note: Note) -> None:
        close = difflib.get_close_matches(key[:100], (*columns.plain, *columns.texts), 1)
        if close:
            suggestion = f"{close[0]} [de]" if close[0] in columns.texts else close[0]
            note(place, "column_misspelt", "This column is not known; did you mean “%(close)s”?", close=suggestion)
        else:
            note(place, "column_unknown", "This column is not known; remove it, or call it “note”.")

    def _row(self, number: int, cells: Sequence[Cell]) -> Row:
        def cell_at(index: int) -> Cell:
            return None if index >= len(cells) or empty(cells[index]) else cells[index]

        texts: dict[str, dict[str, Cell]] = {}
        for (name, language), index in self.texts.items():
            if cell_at(index) is not None:
                texts.setdefault(name, {})[language] = cell_at(index)
        return Row(number, {name: cell_at(index) for name, index in self.columns.items()}, texts)


def empty(cell: Cell) -> bool:
    """Whether people see nothing in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def column_name(index: int) -> str:
    """The letters of a column, counted from 0: A, B, …, Z, AA, …"""
    letters = ""
    index += 1
    while index:
        index, remainder = divmod(index - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


def reading_order(place: str, sheets: Sequence[str]) -> tuple[int, int, int, str]:
    """The sort key of a cell's pointer, for the order in which people go through a workbook: sheet by sheet, row by row."""
    _, sheet, *cell = place.split("/")
    match = re.fullmatch(r"([A-Z]+)(\d+)", cell[0]) if cell else None
    if match is None:
        return sheets.index(sheet), 0, 0, ""
    return sheets.index(sheet), int(match.group(2)), len(match.group(1)), match.group(1)
