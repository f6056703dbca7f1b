"""The profile as CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from chassis.spreadsheets import guarded
from services.reporting.domain.profile import Line, text

HEADER = ("field", "title", "perspective", "score", "coverage", "answered", "consensus_score", "as_of")


def profile_csv(lines: Sequence[Line], language: str, as_of: str) -> bytes:
    """UTF-8 with byte-order mark, a row per field and perspective; the field's total has an empty perspective."""
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
