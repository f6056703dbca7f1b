"""Quotas as they are stored with their gathering."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import Part


class Quota(Part, frozen=True, kw_only=True):
    """`seats` of the gathering are kept for the group that `label` names, `until` then or the start."""

    id: str
    label: dict[str, str]
    seats: int
    until: datetime | None = None
