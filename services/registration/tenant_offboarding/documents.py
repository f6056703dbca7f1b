"""What the services answered when a municipality left, as it is stored."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import Part, StoredDocument


class OffboardingReceipt(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """What one service removed of a municipality, and what remains there."""

    service: str
    at: datetime
    removed: dict[str, int]
    remains: tuple[str, ...]


class Offboarding(Part, frozen=True, kw_only=True):
    """The deletion of a municipality: announced, begun, done. `cursor`: up to whom erasures were asked for, `asked_at`: when last."""

    reason: str
    announced_at: datetime
    deletion_at: datetime
    begun_at: datetime | None = None
    cursor: str = ""
    asked_at: datetime | None = None
    deleted_at: datetime | None = None
