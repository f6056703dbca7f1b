"""A measure as reporting stores it: what was agreed, without its owner."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from chassis.storage.documents import StoredDocument


class StoredMeasure(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A measure as its events describe it. `due`: ISO day."""

    assessment: str
    field: str
    title: str
    status: Literal["planned", "started", "done", "dropped"]
    due: str | None = None
    carried_from: str | None = None
    at: datetime

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.due) if self.due else None
