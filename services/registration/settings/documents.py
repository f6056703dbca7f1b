"""Crests as they are stored."""

from __future__ import annotations

from chassis.storage.documents import StoredDocument


class Crest(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A picture under the name of its content."""

    name: str
    content: bytes
