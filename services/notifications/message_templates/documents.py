"""Stored documents of municipalities' own templates: collection `message_templates`."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import Part, StoredDocument


class Version(Part, frozen=True, kw_only=True):
    """One version of a template. Versions are never changed once published; messages name the one they were made with."""

    version: int
    subject: str
    body: str
    sms: str | None = None
    saved_at: datetime
    published_at: datetime | None = None


class MessageTemplate(StoredDocument, frozen=True, kw_only=True):
    """A municipality's own template of one kind in one language. `published`: the version in force; None: the product's own text is. The last
    version is the draft while it is not published.

    `default_hash`: of the product's text when the draft was saved, so that a later change of it can be shown.
    """

    kind: str
    language: str
    versions: tuple[Version, ...] = ()
    published: int | None = None
    default_hash: str = ""

    @property
    def draft(self) -> Version | None:
        last = self.versions[-1] if self.versions else None
        return last if last is not None and last.published_at is None else None

    @property
    def in_force(self) -> Version | None:
        return next((version for version in self.versions if version.version == self.published), None)
