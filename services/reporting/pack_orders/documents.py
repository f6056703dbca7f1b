"""A pack that was asked for, as it is stored; one for each self-check and language. `due_at`: when it is made, then when it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from chassis.storage.documents import StoredDocument
from services.reporting.council.sentences import Language

OrderStatus = Literal["asked", "making", "ready"]


class PackOrder(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A council pack that was asked for. `address`: where the files stand on the platform, which they name; `size`: in bytes, once
    it is ready."""

    assessment: str
    language: Language
    address: str
    status: OrderStatus
    asked_at: datetime
    ready_at: datetime | None = None
    size: int = 0
