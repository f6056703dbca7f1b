"""The official list of municipalities as reporting stores it."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import StoredDocument


class ListedMunicipality(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """An entry; its id is the official key (AGS), its tenant that of the platform. `as_of`: the day of the list (ISO)."""

    name: str
    state: str
    as_of: str
    kind: str | None = None
    district: str | None = None
    inhabitants: int | None = None
    area: float | None = None
    urbanisation: int | None = None
    ended: bool = False
    at: datetime
