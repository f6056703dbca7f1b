"""Stored documents of measures: collection `measures`."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from chassis.storage.documents import Part, StoredDocument
from services.selfcheck.domain.measure import Measure, Status


class HistoryEntry(Part, frozen=True, kw_only=True):
    """How a measure stood at a moment."""

    at: datetime
    status: Status
    assessment: str
    due: date | None = None


class StoredMeasure(StoredDocument, frozen=True, kw_only=True):
    """A measure as it is stored. `owner`, a role or an office, stays here. `reminders_sent`: kinds of reminders that went out for
    the present `due`; `history`: the newest hundred, the oldest first; `deleted_at`: its self-check was deleted."""

    assessment: str
    field: str
    title: str
    owner: str
    status: Status
    questions: tuple[str, ...]
    revision: int
    reminders_sent: tuple[str, ...] = msgspec.field(name="told")
    history: tuple[HistoryEntry, ...]
    due: date | None = None
    carried_from: str | None = None
    deleted_at: datetime | None = None

    @property
    def state(self) -> Measure:
        """The domain's view."""
        return Measure(
            self.field,
            self.title,
            self.owner,
            self.due,
            self.status,
            self.questions,
            self.revision,
            frozenset(self.reminders_sent),
        )
