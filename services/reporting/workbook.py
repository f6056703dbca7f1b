"""Profiles as a workbook (XLSX) that people open: a sheet of figures, and one that says what its columns mean.

Numbers are numbers; texts stay texts, whatever they begin with. What is hidden is an empty cell, as in the CSV.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass

from chassis.text.languages import BERLIN, format_datetime
from services.reporting.domain.joint import Comparison
from services.reporting.domain.profile import Figure, Line, text

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
        "empty": "Eine leere Zelle steht, wo zu wenige Personen geantwortet haben, um den Wert zu zeigen, oder wo es keinen gibt.",
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


def profile_xlsx(about: About, lines: Sequence[Line], overall: Figure) -> bytes:
    """A row per field and perspective, and the whole. Takes some 0.02 s: call it in a thread."""
    words = WORDS[about.language]

    def rows() -> Iterator[list[Cell]]:
        for line in lines:
            title = text(line.title, about.language, line.id)
            yield [title, words["all"], line.total.score, line.consensus_score, *_people(line.total)]
            for id, figure in line.perspectives:
                yield [title, about.perspectives.get(id, id), figure.score, None, *_people(figure)]
        yield [words["whole"], words["all"], overall.score, None, *_people(overall)]

    return _workbook(about, [name for name in COLUMNS if name not in JOINT_ALONE], rows())


def joint_xlsx(about: About, comparison: Comparison, names: Sequence[str]) -> bytes:
    """A row for each municipality, field and perspective, and together. `names`: of the members, in their order."""
    words = WORDS[about.language]

    def rows() -> Iterator[list[Cell]]:
        for line in comparison.rows:
            title = text(line.title, about.language, line.field or words["whole"])
            seen_by = about.perspectives.get(line.perspective, line.perspective) or words["all"]
            called = (*names, words["together"])
            for name, one in zip(called, (*line.figures, line.together), strict=True):
                yield [name, title, seen_by, one.score, one.consensus_score, one.agreed, *_people(one)]

    return _workbook(about, COLUMNS, rows())


def _people(figure: Figure) -> tuple[Cell, Cell]:
    return figure.coverage, figure.answered


def _workbook(about: About, columns: Sequence[str], rows: Iterator[list[Cell]]) -> bytes:
    """`rows` without the last column, which is the same in all: the time of the figures."""
    words, meanings = WORDS[about.language], MEANINGS[about.language]
    out = io.BytesIO()
    from xlsxwriter import Workbook

    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": about.title, "author": about.municipality})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    formats = {name: book.add_format({"num_format": code}) for name, code in FORMATS.items()}
    figures = book.add_worksheet(words["figures"])
    for column, name in enumerate(columns):
        figures.set_column(column, column, WIDTHS.get(name, 14))
        figures.write_string(0, column, meanings[name][0], bold)
    moment = about.at.astimezone(BERLIN).replace(tzinfo=None)
    number = 0
    for number, row in enumerate(rows, 1):
        for column, (name, cell) in enumerate(zip(columns, [*row, moment], strict=True)):
            _put(figures, number, column, cell, formats.get(name))
    figures.freeze_panes(1, columns.index("perspective") + 1)
    figures.autofilter(0, 0, number, len(columns) - 1)
    explained = book.add_worksheet(words["explained"])
    explained.set_column(0, 0, 20)
    explained.set_column(1, 1, 90)
    stand = (words["stand"], format_datetime(about.at, about.language))
    head = [(about.municipality, about.title), stand, ("", words["empty"]), ("", "")]
    for place, (left, right) in enumerate(
        [*head, (words["column"], words["meaning"]), *(meanings[n] for n in columns)]
    ):
        heading = place in (0, len(head))
        explained.write_string(place, 0, left, bold)
        explained.write_string(place, 1, right, bold if heading else wrapped)
    book.close()
    return out.getvalue()


def _put(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    """Every text by `write_string`: none is taken for a formula, a number or a link."""
    if isinstance(cell, str):
        sheet.write_string(row, column, cell, style)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell, style)
    elif cell is not None:
        sheet.write_number(row, column, cell, style)
