"""The report for the council: one tagged page, typeset by Typst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.documents.typeset import Template
from services.reporting.chart import chart, number
from services.reporting.domain.profile import Figure, Line, text

TEMPLATE = Template(Path(__file__).with_name("report.typ"))
WORDS = {
    "de": {
        "field": "Handlungsfeld",
        "total": "Gesamt",
        "coverage": "Abdeckung",
        "consensus": "Konsens",
        "as_of": "Stand",
        "alt": "Punktwerte je Handlungsfeld und Sichtweise; dieselben Zahlen stehen in der Tabelle darunter.",
        "note": "Punktwerte von 0 bis 100. Ein Strich steht, wo zu wenige geantwortet haben oder kein Wert vorliegt.",
    },
    "en": {
        "field": "Field of action",
        "total": "Total",
        "coverage": "Coverage",
        "consensus": "Consensus",
        "as_of": "As of",
        "alt": "Scores by field of action and perspective; the table below holds the same figures.",
        "note": "Scores from 0 to 100. A dash stands where too few answered or no figure exists.",
    },
}
MEASURES = {
    "de": ["Maßnahme", "Handlungsfeld", "Bis wann", "Stand"],
    "en": ["Measure", "Field of action", "By when", "State"],
}
MOST_MEASURES = 12
"""The page is one page; what is due first comes first."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the page shows; all texts already in `language` (`de` or `en`), `as_of` included. `measures`: what, field, by when, state."""

    municipality: str
    title: str
    language: str
    as_of: str
    overall: Figure
    lines: Sequence[Line]
    perspectives: Mapping[str, str]
    measures: Sequence[Sequence[str]] = ()


def pdf(report: Report) -> bytes:
    """PDF/UA-1: tagged, with title and language. Takes some 0.1 s of processor time: call it in a thread."""
    words = WORDS[report.language]
    header = [words["field"], *report.perspectives.values(), words["total"], words["consensus"], words["coverage"]]
    rows = [_row(place, line, report.language) for place, line in enumerate(report.lines, 1)]
    tables = [table(header, rows)]
    if report.measures:
        measures = [list(one) for one in report.measures[:MOST_MEASURES]]
        tables.append(table(MEASURES[report.language], measures, numbers=False))
    data = {
        "municipality": report.municipality,
        "title": report.title,
        "language": report.language,
        "as_of": f"{words['as_of']}: {report.as_of}",
        "overall": f"{words['total']}: {number(report.overall.score, report.language)} · {words['coverage']}: {percent(report.overall)}",
        "chart": chart(report.lines, report.perspectives, report.language),
        "alt": words["alt"],
        "note": words["note"],
        "tables": tables,
    }
    return typeset(data)


def typeset(data: Mapping[str, Any]) -> bytes:
    """`data` as `report.typ` reads it: texts, the picture as SVG, and tables `{title, header, rows, numbers}` of texts."""
    return TEMPLATE.pdf(data)


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], title: str = "", numbers: bool = True
) -> dict[str, Any]:
    """A table of the page. `numbers`: all columns but the first are figures."""
    return {"title": title, "header": header, "rows": rows, "numbers": numbers}


def _row(place: int, line: Line, language: str) -> list[str]:
    scores = [figure.score for _, figure in line.perspectives]
    shown = [number(score, language) for score in (*scores, line.total.score, line.consensus_score)]
    return [f"{place}  {text(line.title, language, line.id)}", *shown, percent(line.total)]


def percent(figure: Figure) -> str:
    """The coverage as people read it."""
    return "–" if figure.coverage is None else f"{figure.coverage * 100:.0f} %"
