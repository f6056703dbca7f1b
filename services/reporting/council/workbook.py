"""The result as a workbook: figures as numbers, charts of the program that opens it, measures, and what every column means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.reporting.council.wording import Wording
from services.reporting.domain.profile import Figure
from services.reporting.workbook import COLUMNS, JOINT_ALONE, WORDS, About, Book, Cell

COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47", "#444444", "#7a4900")
SHEETS = {"de": ("Diagramm", "Maßnahmen"), "en": ("Chart", "Measures")}
CHART_TITLES = {
    "de": ("Punktwerte je Handlungsfeld und Sichtweise", "Punktwert (0–100)"),
    "en": ("Scores by field of action and view", "Score (0–100)"),
}


def council_workbook(wording: Wording) -> bytes:
    """The result of a self-check as a workbook. Takes some 0.05 s: call it in a thread."""
    council, source = wording.council, wording.council.source
    views = {id: wording.view(id) for id, _ in council.perspectives}
    about = About(wording.municipality, wording.title, wording.language, source.as_of, views)
    book = Book(about, [name for name in COLUMNS if name not in JOINT_ALONE], wording.provenance())
    book.figures(_rows(wording))
    _chart(book, wording)
    _measures(book, wording)
    return book.to_bytes()


def _rows(wording: Wording) -> list[list[Cell]]:
    council, words = wording.council, WORDS[wording.language]
    rows: list[list[Cell]] = []
    for line in council.lines:
        title = wording.field(line)
        rows.append([title, words["all"], line.total.score, line.consensus_score, *_coverage_and_answered(line.total)])
        rows += [
            [title, wording.view(id), figure.score, None, *_coverage_and_answered(figure)]
            for id, figure in line.perspectives
        ]
    rows.append(
        [
            words["whole"],
            words["all"],
            council.overall.score,
            council.consensus,
            *_coverage_and_answered(council.overall),
        ]
    )
    return rows


def _coverage_and_answered(figure: Figure) -> tuple[Cell, Cell]:
    return figure.coverage, figure.answered


def _chart(book: Book, wording: Wording) -> None:
    """A table of fields and views, and the bars drawn from it."""
    council, (name, _) = wording.council, SHEETS[wording.language]
    title, axis = CHART_TITLES[wording.language]
    header = [wording.words["col_field"], *(wording.view(id) for id, _ in council.perspectives)]
    rows: list[list[Cell]] = [
        [wording.field(line), *(figure.score for _, figure in line.perspectives)] for line in council.lines
    ]
    sheet = book.sheet(name, header, rows, [44, *(18 for _ in council.perspectives)])
    chart = book.chart("bar")
    last = len(rows)
    for place in range(len(council.perspectives)):
        chart.add_series(
            {
                "name": [name, 0, place + 1],
                "categories": [name, 1, 0, last, 0],
                "values": [name, 1, place + 1, last, place + 1],
                "fill": {"color": COLOURS[place % len(COLOURS)]},
                "data_labels": {"value": True},
            }
        )
    chart.set_title({"name": title, "overlay": False})
    chart.set_x_axis({"min": 0, "max": 100, "name": axis})
    chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 900, "height": 90 + 70 * max(1, last)})
    sheet.insert_chart(last + 2, 0, chart, {"description": f"{title}. {_picture_in_words(wording)}"})


def _picture_in_words(wording: Wording) -> str:
    return " ".join(wording.gaps())


def _measures(book: Book, wording: Wording) -> None:
    _, name = SHEETS[wording.language]
    table = wording.measures_table(wording.council.measures)
    rows: list[Sequence[Cell]] = []
    for measure, row in zip(wording.council.measures, table.rows, strict=True):
        due: Any = None if measure.due is None else datetime(measure.due.year, measure.due.month, measure.due.day)
        rows.append([row[0], row[1], due, row[3]])
    book.sheet(name, table.header, rows, [50, 44, 14, 20])
