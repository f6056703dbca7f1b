"""Writes a joint result as CSV."""

from __future__ import annotations

from services.reporting.council.sentences import Language
from services.reporting.domain.joint import Comparison
from services.reporting.domain.profile import text
from services.reporting.spreadsheet import Cell, csv_bytes

COLUMNS = (
    "municipality",
    "field",
    "title",
    "perspective",
    "score",
    "coverage",
    "answered",
    "consensus_score",
    "consensus_count",
    "as_of",
)


def joint_csv(comparison: Comparison, language: Language, as_of: str) -> bytes:
    """A row for each municipality, field and perspective; together has an empty municipality. `consensus_count`: questions
    that the municipality's workshop agreed on; together, the municipalities whose workshop did on any."""
    rows: list[list[Cell]] = []
    for line in comparison.rows:
        title = text(line.title, language, line.field or "overall")
        for member, figure in zip((*comparison.members, ""), (*line.figures, line.together), strict=True):
            agreed = [figure.consensus_score, figure.agreed]
            head = [member, line.field, title, line.perspective]
            rows.append([*head, figure.score, figure.coverage, figure.answered, *agreed, as_of])
    return csv_bytes(COLUMNS, rows, language)
