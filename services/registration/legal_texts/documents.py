"""Legal texts as they are stored."""

from __future__ import annotations

from chassis.storage.documents import StoredDocument


class LegalTextVersion(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A version of a legal text, which never changes. `text`: by language."""

    text: dict[str, str]
