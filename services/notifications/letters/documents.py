"""Batches of letters, in the collection `letter_batches`."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import StoredDocument


class LetterBatch(StoredDocument, frozen=True, kw_only=True):
    """A batch of at most 200 letters, in the order of their sheets. `number` counts the municipality's batches; `unmade`: those that could not be
    typeset when it was created."""

    number: int
    created_at: datetime
    letters: tuple[str, ...]
    unmade: tuple[str, ...] = ()
    posted_at: datetime | None = None
