"""Response models of the comparison of perspectives."""

from __future__ import annotations

from typing_extensions import TypedDict

from services.selfcheck.assessments.schemas import PerspectiveResponse, Texts


class ComparedField(TypedDict):
    """The field whose questions are compared."""

    id: str
    title: Texts


class ComparedRow(TypedDict):
    """A field or a question. `scores` 0–100 by perspective, null is hidden; `gap`: from the lowest to the highest that is told,
    null for fewer than two."""

    id: str
    title: Texts
    scores: dict[str, float | None]
    gap: float | None


class ComparisonResponse(TypedDict):
    """How far the perspectives lie apart. `field` null: `rows` are the fields of action, else the questions of that field. `widest`
    and `closest` name the rows where perspectives lie furthest apart and closest together, null where nothing can be compared."""

    perspectives: list[PerspectiveResponse]
    field: ComparedField | None
    rows: list[ComparedRow]
    widest: str | None
    closest: str | None
