"""What the services answered when a municipality left, as it is stored."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import StoredDocument


class OffboardingReceipt(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """What one service removed of a municipality, and what remains there."""

    service: str
    at: datetime
    removed: dict[str, int]
    remains: tuple[str, ...]
