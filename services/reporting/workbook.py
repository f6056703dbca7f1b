"""Profiles as a workbook (XLSX) that people open: a sheet of figures, and one that says what its columns mean.

Numbers are numbers; texts stay texts, whatever they begin with. What is hidden is an empty cell, as in the CSV.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.text.languages import BERLIN, format_datetime
from services.reporting.domain.joint import Comparison
from services.reporting.domain.profile import text

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | float | datetime | None

COLUMNS = (
    "municipality",
    "field",
    "perspective",
    "score",
    "consensus_score",
    "agreed",
    "coverage",
    "answered",
    "as_of",
)
JOINT_ALONE = ("municipality", "agreed")
WIDTHS = {"municipality": 26, "field": 44, "perspective": 26, "as_of": 18}
FORMATS = {"coverage": "0 %", "as_of": "yyyy-mm-dd hh:mm"}
WORDS = {
    "de": {
        "figures": "Zahlen",
        "explained": "Erklärung",
        "column": "Spalte",
        "meaning": "Bedeutung",
        "stand": "Stand",
        "whole": "Gesamt",
        "all": "Alle Sichtweisen",
        "together": "Zusammen",
        "empty": "Eine leere Zelle steht, wo der Wert nicht gezeigt werden darf, weil zu wenige Personen geantwortet haben, oder wo es keinen gibt.",
    },
    "en": {
        "figures": "Figures",
        "explained": "Explanation",
        "column": "Column",
        "meaning": "Meaning",
        "stand": "As of",
        "whole": "Overall",
        "all": "All perspectives",
        "together": "Together",
        "empty": "A cell is empty where too few people answered for the figure to be shown, or where there is none.",
    },
}
MEANINGS = {
    "de": {
        "municipality": ("Kommune", "„Zusammen“: der Mittelwert der Kommunen, jede zählt gleich."),
        "field": ("Handlungsfeld", "„Gesamt“: alle Handlungsfelder zusammen."),
        "perspective": ("Sichtweise", "Wer geantwortet hat; „Alle Sichtweisen“: alle zusammen."),
        "score": ("Punktwert", "Von 0 bis 100, aus den Antworten."),
        "consensus_score": (
            "Mit Konsens",
            "Punktwert von 0 bis 100, wenn die im Workshop vereinbarten Stufen an die Stelle der Antworten treten.",
        ),
        "agreed": (
            "Vereinbart",
            "Auf wie viele Fragen sich der Workshop der Kommune geeinigt hat; bei „Zusammen“: in wie vielen Kommunen der "
            "Workshop sich auf etwas geeinigt hat.",
        ),
        "coverage": (
            "Abdeckung",
            "Über welchen Anteil des Handlungsfelds die Antworten etwas sagen, von 0 % bis 100 %.",
        ),
        "answered": ("Personen", "Wie viele geantwortet haben."),
        "as_of": ("Stand", "Wann die Zahlen zuletzt anders wurden, nach deutscher Zeit."),
    },
    "en": {
        "municipality": ("Municipality", "“Together”: the mean of the municipalities, each counting alike."),
        "field": ("Field of action", "“Overall”: all fields of action together."),
        "perspective": ("Perspective", "Who answered; “All perspectives”: all of them together."),
        "score": ("Score", "From 0 to 100, from the answers."),
        "consensus_score": (
            "With consensus",
            "Score from 0 to 100 if the levels that the workshop agreed on stand in for the answers.",
        ),
        "agreed": (
            "Agreed",
            "On how many questions the municipality's workshop agreed; together: in how many municipalities the workshop "
            "agreed on something.",
        ),
        "coverage": ("Coverage", "What share of the field the answers speak about, from 0 % to 100 %."),
        "answered": ("People", "How many answered."),
        "as_of": ("As of", "When the figures last changed, in German time."),
    },
}


@dataclass(frozen=True, slots=True)
class About:
    """What the figures are of; all texts already in `language` (`de` or `en`). `perspectives`: title by id."""

    municipality: str
    title: str
    language: str
    at: datetime
    perspectives: Mapping[str, str]


def joint_xlsx(about: About, comparison: Comparison, names: Sequence[str]) -> bytes:
    """A row for each municipality, field and perspective, and together. `names`: of the members, in their order."""
    words = WORDS[about.language]

    rows: list[list[Cell]] = []
    for line in comparison.rows:
        title = text(line.title, about.language, line.field or words["whole"])
        perspective = about.perspectives.get(line.perspective, line.perspective) or words["all"]
        row_names = (*names, words["together"])
        for name, figure in zip(row_names, (*line.figures, line.together), strict=True):
            scores = (figure.score, figure.consensus_score, figure.agreed)
            rows.append([name, title, perspective, *scores, figure.coverage, figure.answered])
    book = Book(about, COLUMNS)
    book.figures(rows)
    return book.to_bytes()


class Book:
    """One workbook: the sheet of figures first, others as they are added, the explanation of the columns last."""

    def __init__(self, about: About, columns: Sequence[str], provenance: Sequence[tuple[str, str]] = ()) -> None:
        from xlsxwriter import Workbook

        self._about, self._columns, self._provenance = about, columns, provenance
        self._out = io.BytesIO()
        self._book = Workbook(self._out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        self._book.set_properties({"title": about.title, "author": about.municipality})
        self._bold = self._book.add_format({"bold": True})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._formats = {name: self._book.add_format({"num_format": code}) for name, code in FORMATS.items()}

    def figures(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write the sheet of figures: `rows` without the last column, which is the same in all: the time of the figures."""
        meanings, columns = MEANINGS[self._about.language], self._columns
        sheet = self._book.add_worksheet(WORDS[self._about.language]["figures"])
        for column, name in enumerate(columns):
            sheet.set_column(column, column, WIDTHS.get(name, 14))
            sheet.write_string(0, column, meanings[name][0], self._bold)
        moment = self._about.at.astimezone(BERLIN).replace(tzinfo=None)
        for number, row in enumerate(rows, 1):
            for column, (name, cell) in enumerate(zip(columns, [*row, moment], strict=True)):
                _put(sheet, number, column, cell, self._formats.get(name))
        sheet.freeze_panes(1, columns.index("perspective") + 1)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)

    def sheet(self, name: str, header: Sequence[str], rows: Sequence[Sequence[Cell]], widths: Sequence[float]) -> Any:
        """A plain table on a sheet of its own."""
        sheet = self._book.add_worksheet(name)
        for column, (title, width) in enumerate(zip(header, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, self._bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                _put(sheet, number, column, cell, self._day if isinstance(cell, datetime) else None)
        sheet.freeze_panes(1, 1)
        return sheet

    def chart(self, kind: str) -> Any:
        """A chart that the spreadsheet program draws, to be put on a sheet."""
        return self._book.add_chart({"type": kind})

    def to_bytes(self) -> bytes:
        """Add the explanation of the columns, and return the file."""
        words, meanings = WORDS[self._about.language], MEANINGS[self._about.language]
        sheet = self._book.add_worksheet(words["explained"])
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 90)
        stand = [(words["stand"], format_datetime(self._about.at, self._about.language))]
        head = [
            (self._about.municipality, self._about.title),
            *(self._provenance or stand),
            ("", words["empty"]),
            ("", ""),
        ]
        lines = [*head, (words["column"], words["meaning"]), *(meanings[name] for name in self._columns)]
        for place, (left, right) in enumerate(lines):
            heading = place in (0, len(head))
            sheet.write_string(place, 0, left, self._bold)
            sheet.write_string(place, 1, right, self._bold if heading else self._wrapped)
        self._book.close()
        return self._out.getvalue()


def _put(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    """Every text by `write_string`: none is taken for a formula, a number or a link."""
    if isinstance(cell, str):
        sheet.write_string(row, column, cell, style)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell, style)
    elif cell is not None:
        sheet.write_number(row, column, cell, style)
