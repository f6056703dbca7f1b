"""Stored documents of evidence files: collection `evidence`."""

from __future__ import annotations

from chassis.storage.documents import StoredDocument


class StoredFile(StoredDocument, frozen=True, kw_only=True):
    """A file beside an answer, as it is stored. `type`: the media type that its content has; `name`: as it is offered for
    download."""

    sheet: str
    assessment: str
    name: str
    type: str
    content: bytes
