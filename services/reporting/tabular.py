"""Profiles as CSV for spreadsheets: UTF-8 with byte-order mark."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from chassis.text.spreadsheets import guarded
from services.reporting.domain.joint import Comparison
from services.reporting.domain.profile import Line, text

HEADER = ("field", "title", "perspective", "score", "coverage", "answered", "consensus_score", "as_of")
JOINT_HEADER = (
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


def profile_csv(lines: Sequence[Line], language: str, as_of: str) -> bytes:
    """A row per field and perspective; the field's total has an empty perspective."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for line in lines:
        head = [guarded(line.id), guarded(text(line.title, language, line.id))]
        consensus = line.consensus_score
        writer.writerow([*head, "", line.total.score, line.total.coverage, line.total.answered, consensus, as_of])
        for id, figure in line.perspectives:
            writer.writerow([*head, guarded(id), figure.score, figure.coverage, figure.answered, None, as_of])
    return out.getvalue().encode("utf-8-sig")


def joint_csv(comparison: Comparison, as_of: str) -> bytes:
    """A row for each municipality, field and perspective; together has an empty municipality. `consensus_count`: questions
    that the municipality's workshop agreed on; together, the municipalities whose workshop did on any."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(JOINT_HEADER)
    for line in comparison.rows:
        title = text(line.title, "de", line.field or "overall")
        for member, one in zip((*comparison.members, ""), (*line.figures, line.together), strict=True):
            head = [guarded(member), guarded(line.field), guarded(title), guarded(line.perspective)]
            agreed = [one.consensus_score, one.agreed]
            writer.writerow([*head, one.score, one.coverage, one.answered, *agreed, as_of])
    return out.getvalue().encode("utf-8-sig")
