"""Staff as it stands in a municipality's document."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import Part


class StaffMember(Part, frozen=True, kw_only=True):
    """Who stands behind the key of an address, and since when."""

    email: str
    name: str
    language: str
    contact_id: str
    since: datetime
