"""Batches of letters, in the collection `letter_batches`."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import StoredDocument


class LetterBatch(StoredDocument, frozen=True, kw_only=True):
    """Letters in the order of their sheets, at most 200. `number` counts the municipality's batches; `unmade`: those that could not be
    made when it was put together."""

    number: int
    created_at: datetime
    letters: tuple[str, ...]
    unmade: tuple[str, ...] = ()
    posted_at: datetime | None = None
