"""A public mark as it is stored."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import StoredDocument


class Mark(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A municipality says at a practice that it stands in the upper band of a field in a group of a wave; with its consent, and
    as long as `active`."""

    practice: str
    field: str
    wave: str
    group: str
    active: bool = True
    given_at: datetime
