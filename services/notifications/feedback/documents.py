"""Stored documents of feedback on gatherings: collection `feedback`."""

from __future__ import annotations

from chassis.storage.documents import StoredDocument
from services.notifications.domain.feedback import Tally


class Feedback(StoredDocument, frozen=True, kw_only=True):
    """Feedback on one gathering. `spent`: keyed hashes of the tickets that were used, sorted, so that not even their order says who came when."""

    gathering: str
    tally: Tally = Tally()
    spent: tuple[str, ...] = ()
