"""Meetings as they are stored with their gathering."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import Part


class Meeting(Part, frozen=True, kw_only=True):
    """One of several meetings of a gathering. `place` None: the gathering's. `cancelled`: it was called off."""

    id: str
    starts_at: datetime
    ends_at: datetime
    place: str | None = None
    cancelled: bool = False
