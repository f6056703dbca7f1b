"""Legal texts as they are stored."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import Part, StoredDocument


class LegalTextVersion(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A version of a legal text, which never changes. `text`: by language."""

    text: dict[str, str]


class TextInForce(Part, frozen=True, kw_only=True):
    """A version as the municipality's document names it: in force since `at`."""

    version: str
    at: datetime
