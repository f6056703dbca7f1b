"""A visit that was heard of, as it is stored until its gathering is drafted, and after."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from chassis.storage.documents import StoredDocument


class AcceptedVisit(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A visit that a host accepted; the document belongs to the host."""

    visit: str
    starts_at: datetime
    ends_at: datetime
    mode: Literal["onsite", "online", "hybrid"]
