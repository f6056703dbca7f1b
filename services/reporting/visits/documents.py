"""A visit as it is stored. It belongs to the municipality that proposed it; `due_at`: when its report is asked for."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import StoredDocument
from services.reporting.domain.visit import VisitState


class PeerVisit(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A visit with its state, questions, findings and report."""

    state: VisitState
    concerns: tuple[str, ...]
    """Municipalities that see it."""
    changed_at: datetime
