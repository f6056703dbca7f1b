"""What a municipality entered of itself, as it is stored."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import Part, StoredDocument


class OwnFigure(Part, frozen=True, kw_only=True):
    """A public figure, of which year, and where it was published."""

    value: float
    year: int
    source: str


class OwnFigures(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """Figures that a municipality entered of itself. `foreigners`: of a hundred people; `fiscal_strength`: euros for each
    person."""

    foreigners: OwnFigure | None = None
    fiscal_strength: OwnFigure | None = None
    changed_at: datetime
