"""Which fields of a self-check are weak: where others' experience helps most."""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting.domain.profile import Line

WEAK = 60.0
"""Points below which a field is weak."""
MOST = 3


def weak_fields(lines: Sequence[Line]) -> list[Line]:
    """The weakest first, in the questionnaire's order where two are alike; fields without a score are left out."""
    below = [line for line in lines if line.total.score is not None and line.total.score < WEAK]
    return sorted(below, key=lambda line: line.total.score or 0.0)[:MOST]
