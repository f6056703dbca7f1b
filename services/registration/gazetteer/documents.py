"""The official list as it is stored."""

from __future__ import annotations

from chassis.storage.documents import StoredDocument


class GazetteerEntry(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A municipality of the official list; the id is its key (AGS), the tenant that of the platform."""

    name: str
    state: str
    as_of: str
    """The day of the list that says so (ISO)."""
    kind: str | None = None
    district: str | None = None
    inhabitants: int | None = None
    area: float | None = None
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    urbanisation: int | None = None
    ended: bool = False
    """No later list has it: it was merged into another or renamed with a new key."""
    words: tuple[str, ...] = ()
    """What it is found by, see `domain.likeness.name_words`."""
