"""A ring as it is stored. It belongs to no municipality, so that it outlives each of its members."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import StoredDocument
from services.reporting.domain.ring import RingState


class Ring(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A ring with its state and entries."""

    state: RingState
    changed_at: datetime
