"""Tables as the spreadsheet programs of people open them: CSV with a byte-order mark, in German semicolons and decimal commas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from chassis.text.spreadsheets import guarded

Cell: TypeAlias = str | float | None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a language's programs write a table."""

    delimiter: str
    decimal: str


def dialect(language: str) -> Dialect:
    return Dialect(";", ",") if language.startswith("de") else Dialect(",", ".")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]], language: str) -> bytes:
    """A table as CSV: numbers are numbers, texts stay texts whatever they begin with, None is an empty cell."""
    file_dialect, out = dialect(language), io.StringIO()
    writer = csv.writer(out, delimiter=file_dialect.delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(cell, file_dialect) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(cell: Cell, file_dialect: Dialect) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    return str(cell).replace(".", file_dialect.decimal)
