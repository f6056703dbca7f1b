"""Erasures and what the services answered to them, as they are stored."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.storage.documents import StoredDocument


class Erasure(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """An erasure that was asked for: of one person, or of many whose time was up.

    `subject`: what the events and receipts name, a person or the erasure. `person`: whom it is about, if one. `about`: what many
    belong to (a gathering, a municipality). `name_key`: stands for the name of a companion or helper that is to go.
    """

    people: tuple[str, ...]
    subject: str = msgspec.field(name="told")
    who: str
    reason: str
    asked_by: str
    asked_at: datetime
    person: str | None = None
    about: str | None = None
    name_key: str | None = None
    waits_for: str | None = None
    receipted_at: datetime | None = None


class ErasureReceipt(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """What one service removed, and what legally stays there. `person`: the erasure's `subject`."""

    person: str
    service: str
    at: datetime
    removed: dict[str, int]
    remains: tuple[str, ...]
