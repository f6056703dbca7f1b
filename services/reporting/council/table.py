"""Writes the profile as CSV with its description as a Frictionless data package (https://specs.frictionlessdata.io)."""

from __future__ import annotations

from typing import Any

from services.reporting.council.sentences import Language
from services.reporting.council.wording import Wording
from services.reporting.spreadsheet import Cell, csv_bytes, dialect

COLUMNS = (
    "field",
    "title",
    "perspective",
    "score",
    "coverage",
    "answered",
    "consensus_score",
    "questionnaire",
    "version",
    "rules",
    "as_of",
)
OVERALL = "overall"
MEANINGS: dict[Language, dict[str, str]] = {
    "de": {
        "field": "Kennung des Handlungsfelds; leer: alle Handlungsfelder zusammen",
        "title": "Handlungsfeld",
        "perspective": "Sichtweise; leer: alle zusammen",
        "score": "Punktwert von 0 bis 100 aus den Antworten; leer: zu wenige Antworten oder keiner",
        "coverage": "Über welchen Anteil der Fragen die Antworten etwas sagen, 0 bis 1",
        "answered": "Wie viele geantwortet haben; leer: zu wenige",
        "consensus_score": "Punktwert, wenn im Workshop Vereinbartes an die Stelle der Antworten tritt",
        "questionnaire": "Kennung des Fragebogens",
        "version": "Fassung des Fragebogens",
        "rules": "Fassung der Regel für kleine Gruppen",
        "as_of": "Stand der Zahlen (RFC 3339, UTC)",
    },
    "en": {
        "field": "Id of the field of action; empty: all fields together",
        "title": "Field of action",
        "perspective": "View; empty: all together",
        "score": "Score from 0 to 100 from the answers; empty: too few answers, or none",
        "coverage": "What share of the questions the answers speak about, 0 to 1",
        "answered": "How many answered; empty: too few",
        "consensus_score": "Score if what the workshop agreed on stands in for the answers",
        "questionnaire": "Id of the questionnaire",
        "version": "Version of the questionnaire",
        "rules": "Version of the rule for small groups",
        "as_of": "Time of the figures (RFC 3339, UTC)",
    },
}
TYPES = {"score": "number", "coverage": "number", "answered": "integer", "consensus_score": "number"}
LIMITS: dict[str, dict[str, Any]] = {
    "score": {"minimum": 0, "maximum": 100},
    "consensus_score": {"minimum": 0, "maximum": 100},
    "coverage": {"minimum": 0, "maximum": 1},
    "answered": {"minimum": 0},
}


def profile_csv(wording: Wording, as_of: str) -> bytes:
    """A row per field and perspective, a field's total with an empty perspective, the whole with an empty field last."""
    council, source = wording.council, wording.council.source
    tail = [source.questionnaire, source.version, source.rules, as_of]
    rows: list[list[Cell]] = []
    for line in council.lines:
        head, total = [line.id, wording.field(line)], line.total
        rows.append([*head, "", total.score, total.coverage, total.answered, line.consensus_score, *tail])
        rows += [
            [*head, id, figure.score, figure.coverage, figure.answered, None, *tail] for id, figure in line.perspectives
        ]
    whole = council.overall
    rows.append(["", wording.words["whole"], "", whole.score, whole.coverage, whole.answered, council.consensus, *tail])
    return csv_bytes(COLUMNS, rows, wording.language)


def data_package(wording: Wording) -> dict[str, Any]:
    """What the columns of `data.csv` mean and hold."""
    meanings, file_dialect = MEANINGS[wording.language], dialect(wording.language)
    fields = [
        {
            "name": name,
            "type": TYPES.get(name, "datetime" if name == "as_of" else "string"),
            "description": meanings[name],
            **({"format": "%Y-%m-%dT%H:%M:%S.%fZ"} if name == "as_of" else {}),
            **({"decimalChar": file_dialect.decimal} if TYPES.get(name) == "number" else {}),
            **({"constraints": LIMITS[name]} if name in LIMITS else {}),
        }
        for name in COLUMNS
    ]
    return {
        "profile": "tabular-data-package",
        "name": "selbstcheck-result",
        "title": wording.title,
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": "data",
                "path": "data.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8-sig",
                "dialect": {"delimiter": file_dialect.delimiter, "lineTerminator": "\r\n"},
                "schema": {"fields": fields, "missingValues": [""]},
            }
        ],
    }
