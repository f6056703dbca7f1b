"""Invitations as they are stored with their gathering. Their codes are not stored (`codes.py`)."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import Part


class Invitation(Part, frozen=True, kw_only=True):
    """An invitation as it is stored. `name`: whom it was given to pass on, for staff alone. `quota`: whose kept seats it opens.
    `uses`: people it is good for."""

    id: str
    name: str
    quota: str | None = None
    uses: int | None = None
    until: datetime | None = None
    withdrawn: bool = False
