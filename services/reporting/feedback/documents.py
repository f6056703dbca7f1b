"""Stored documents of participants' feedback on gatherings."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import Part, StoredDocument


class Cell(Part, frozen=True, kw_only=True):
    """How many gave an answer; five or more."""

    question: str
    answer: str
    count: int


class StoredFeedback(StoredDocument, frozen=True, kw_only=True):
    """Its id is the gathering's."""

    cells: tuple[Cell, ...] = ()
    at: datetime
