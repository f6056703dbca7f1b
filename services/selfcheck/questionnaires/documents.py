"""Questionnaires as they are stored: published versions (`questionnaires`) and drafts (`questionnaire_drafts`), of the platform."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.storage.documents import Part, StoredDocument
from chassis.storage.idempotency import FirstRequest

Content = dict[str, Any]
"""A questionnaire document as it was sent; `domain.questionnaire_document` reads it."""


class StoredQuestionnaire(StoredDocument, frozen=True, kw_only=True):
    """A published version, which never changes; its id is `id:version`. `follows`: the version it continues.

    `names_hash`: of the names in all languages that were published last (`QuestionnaireTranslated`)."""

    content: Content
    content_hash: str
    follows: str | None = None
    published_at: datetime | None = None
    request: FirstRequest | None = None
    names_hash: str | None = None

    @property
    def id_and_version(self) -> tuple[str, str]:
        """The id and the version that its content names."""
        return self.content["id"], self.content["version"]

    @property
    def since(self) -> datetime:
        """When it was published. Versions of before drafts and comparisons existed say it in their request alone."""
        moment = self.published_at or (self.request.at if self.request else None)
        assert moment is not None
        return moment


class PublishedAs(Part, frozen=True, kw_only=True):
    """The questionnaire version that a draft was published as."""

    id: str
    version: str
    content_hash: str


class StoredDraft(StoredDocument, frozen=True, kw_only=True):
    """A draft of a questionnaire as it is stored. `version` is its revision. Once published it only says as what."""

    version: int = 0
    content_hash: str
    created_at: datetime
    changed_at: datetime
    content: Content | None = None
    published: PublishedAs | None = None
