"""Stored documents of digests: preferences of staff (`staff_preferences`), and for whom there is news of the desk (`desk_news`)."""

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
    """`since`: what happened from then on was not told yet. `contact`: whom to tell at `due_at`; empty: news that is to be handed on to
    everybody who coordinates."""

    since: datetime
    contact: str = ""
