"""Stored documents of digests: preferences of staff (`staff_preferences`) and scheduled summaries of desk news (`desk_news`)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.storage.documents import StoredDocument
from services.notifications.domain.digests import Choice
from services.notifications.settings.documents import Digests


class Preferences(StoredDocument, frozen=True, kw_only=True):
    """What one member of staff chose about messages; the id is made of the key of their address. `rhythm`: None: the municipality's."""

    kinds: dict[str, Choice] = msgspec.field(default_factory=dict)
    rhythm: Digests | None = None


class DeskNews(StoredDocument, frozen=True, kw_only=True):
    """A scheduled summary of news at the desk. `since`: from when on nothing was reported yet. `counted`: how many registrations of the day
    before that were known then; None before the first summary. `contact`: who gets it at `due_at`; empty: fresh news that is still to be
    scheduled for each coordinator."""

    since: datetime
    contact: str = ""
    counted: int | None = None
