"""The report of a joint self-check for the district's council: what it came to together, and the municipalities beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.text.languages import format_datetime
from services.reporting.council.picture import profile_picture
from services.reporting.council.sentences import Language
from services.reporting.domain.blocks import Block, Document, Heading, Paragraph, Picture, Table
from services.reporting.domain.joint import WHOLE, Comparison, JointFigure, Row
from services.reporting.domain.profile import Line, text
from services.reporting.figures import number, share

WORDS: dict[Language, dict[str, str]] = {
    "de": {
        "as_of": "Stand",
        "field": "Handlungsfeld",
        "whole": "Gesamt",
        "together": "Zusammen",
        "coverage": "Abdeckung",
        "range": "Spanne",
        "municipality": "Kommune",
        "municipalities": "Kommunen",
        "workshops": "Workshops mit Konsens",
        "each": "Punktwerte der Kommunen",
        "agreed": "Punktwerte der Kommunen mit dem Konsens ihrer Workshops",
        "alt": "Gemeinsame Punktwerte je Handlungsfeld und Sichtweise; dieselben Zahlen stehen in der Tabelle darunter.",
        "note": "Punktwerte von 0 bis 100. „Zusammen“ ist der Mittelwert der Kommunen daneben, jede zählt gleich; „Spanne“ reicht von "
        "der niedrigsten zur höchsten. „Mit dem Konsens“: der Punktwert, wenn vereinbarte Stufen an die Stelle der Antworten treten. Ein Strich "
        "steht, wo weniger als fünf Personen geantwortet haben, wo ein Wert eine kleine Gruppe verraten würde, oder wo weniger als zwei "
        "Kommunen einen Wert haben.",
    },
    "en": {
        "as_of": "As of",
        "field": "Field of action",
        "whole": "Overall",
        "together": "Together",
        "coverage": "Coverage",
        "range": "Range",
        "municipality": "Municipality",
        "municipalities": "Municipalities",
        "workshops": "Workshops with consensus",
        "each": "Scores of the municipalities",
        "agreed": "Scores of the municipalities with the consensus of their workshops",
        "alt": "Joint scores by field of action and perspective; the table below holds the same figures.",
        "note": "Scores from 0 to 100. “Together” is the mean of the municipalities beside it, each counting alike; “Range” runs from "
        "the lowest to the highest. “With the consensus”: the score if agreed levels stand in for the answers. A dash stands where fewer "
        "than five people answered, where a figure would give a small group away, or where fewer than two municipalities have one.",
    },
}


@dataclass(frozen=True, slots=True)
class JointReport:
    """What the document shows; all texts already in `language`. `names`: of the members, in their order; `perspectives`: title
    by id."""

    district: str
    title: str
    language: Language
    as_of: datetime
    comparison: Comparison
    names: Sequence[str]
    perspectives: Mapping[str, str]


def joint_document(report: JointReport) -> Document:
    """The report as a document: two pages for up to some twenty municipalities."""
    words, rows = WORDS[report.language], report.comparison.of(WHOLE)
    whole = rows[-1].together
    views = [report.comparison.of(perspective) for perspective in report.perspectives]
    lines = [_line(row, [view[place] for view in views]) for place, row in enumerate(rows)]
    lead = (
        f"{words['together']}: {number(whole.score, report.language)} · "
        f"{words['coverage']}: {share(whole.coverage)} · {words['municipalities']}: {len(report.names)}"
    )
    header = [words["field"], *report.perspectives.values(), words["together"], words["range"], words["coverage"]]
    together = [_row_together(place, line, rows[place], report) for place, line in enumerate(lines)]
    names = [text(row.title, report.language, row.field) for row in rows[:-1]]
    blocks: list[Block] = [
        Paragraph(lead, lead=True),
        Picture(profile_picture(lines[:-1], names, report.perspectives, report.language), words["alt"]),
        Table("", header, together, numbers=True),
        Heading(words["each"]),
        Table("", *_table_of_scores(report, rows, lambda one: one.score), numbers=True),
    ]
    if any(row.together.agreed for row in rows):
        columns, agreed = _table_of_scores(report, rows, lambda one: one.consensus_score)
        workshops = [words["workshops"], *(number(row.together.agreed, report.language) for row in rows)]
        blocks += [Heading(words["agreed"]), Table("", columns, [*agreed, workshops], numbers=True)]
    blocks.append(Paragraph(words["note"]))
    footer = f"{words['as_of']}: {format_datetime(report.as_of, report.language)}"
    return Document(report.title, report.district, report.language, footer, report.as_of, blocks)


def _line(row: Row, views: Sequence[Row]) -> Line:
    """What it came to together, as the picture draws it. `views`: the same field by perspective."""
    figures = tuple((view.perspective, view.together) for view in views)
    return Line(row.field, row.title, row.together, row.together.consensus_score, figures)


def _row_together(place: int, line: Line, row: Row, report: JointReport) -> list[str]:
    """A row of the table of joint scores: a field, or the whole."""

    def shown(score: float | None) -> str:
        return number(score, report.language)

    known_scores = [one.score for one in row.figures if one.score is not None]
    extent = f"{shown(min(known_scores))} – {shown(max(known_scores))}" if len(known_scores) > 1 else "–"
    scores = [figure.score for _, figure in line.perspectives]
    words = WORDS[report.language]
    name = f"{place + 1}  {text(row.title, report.language, row.field)}" if row.field else words["whole"]
    return [name, *map(shown, (*scores, line.total.score)), extent, share(line.total.coverage)]


def _table_of_scores(
    report: JointReport, rows: Sequence[Row], score: Callable[[JointFigure], float | None]
) -> tuple[list[str], list[list[str]]]:
    """Header and rows: a municipality in each row, then all together; a field in each column, by its number."""
    words = WORDS[report.language]
    header = [words["municipality"], *(str(place) for place in range(1, len(rows))), words["whole"]]
    rows_of_members = [
        [name, *(number(score(row.figures[place]), report.language) for row in rows)]
        for place, name in enumerate(report.names)
    ]
    return header, [
        *rows_of_members,
        [words["together"], *(number(score(row.together), report.language) for row in rows)],
    ]
