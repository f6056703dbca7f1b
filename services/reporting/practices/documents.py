"""A practice, and its entry in the search index, as they are stored."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import StoredDocument
from services.reporting.domain.practice import PracticeState


class Practice(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A practice as it is stored. `due_at`: when its municipality is asked whether it still holds. `revision`: rises with each
    change that people make."""

    state: PracticeState
    revision: int = 1
    created_at: datetime
    changed_at: datetime
    index_at: datetime | None = None
    """When its search entry has to be written anew: set with the change that makes it, so that it can't be forgotten."""


class IndexEntry(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """The id is the practice's. `weights`: of each term, so that a search reads those alone that it asks for; `strong`: the terms
    that it is about."""

    terms: tuple[str, ...]
    weights: dict[str, float]
    strong: tuple[str, ...]
    fields: tuple[str, ...]
    size: str
    languages: tuple[str, ...] = ()
    cost: int | None = None
    """Euros that it cost at least."""
    public: bool = False
    edition: int
    rules: int = 1
    """The version of the rules by which its terms were made (`services.reporting.domain.ranking`)."""
