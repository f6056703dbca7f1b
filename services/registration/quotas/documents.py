"""Quotas as they are stored with their gathering."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import Part
from chassis.storage.mongo import Document


class Quota(Part, frozen=True, kw_only=True):
    """Kept seats as they are stored: `seats` of the gathering are kept for the group that `label` names, `until` then or the
    start."""

    id: str
    label: dict[str, str]
    seats: int
    until: datetime | None = None
    by_invitation: bool = False
    """Only for those whose invitation opens it."""


def without_declared(stored: Document) -> Document:
    """A stored gathering or registration without what groups declared and by which invitation they came: that is for their eyes alone."""
    remaining = {name: value for name, value in stored.items() if name not in ("quota", "invitation")}
    if "claims" in remaining:
        claims = remaining["claims"].items()
        remaining["claims"] = {id: {key: claim[key] for key in claim.keys() - {"q", "i"}} for id, claim in claims}
    return remaining
