"""Drafts of questionnaire versions: seen by the programme office alone, replaced as a whole, valid at any time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from chassis.clock import rfc3339
from chassis.http.problems import conflict, not_found
from chassis.ids import Secrets
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import of_platform
from services.selfcheck.domain.errors import Flaw, Invalid
from services.selfcheck.domain.questionnaire import content_hash
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.questionnaire_tables import from_tables
from services.selfcheck.questionnaires.documents import Content, PublishedAs, StoredDraft
from services.selfcheck.questionnaires.repository import Questionnaires
from services.selfcheck.questionnaires.repository_drafts import DraftRepository
from services.selfcheck.questionnaires.schemas import DraftResponse, Published
from services.selfcheck.questionnaires.workbook_check import WorkbookCheck

CHANGED = conflict(
    "draft-changed", "Somebody else replaced this draft; look at it again before you replace or publish it."
)
PUBLISHED = conflict("draft-published", "This draft is published and can't be changed; begin a new one.")


@dataclass(frozen=True)
class Uploaded:
    """A valid document, and how flaws found later are placed where its author looks for them."""

    document: dict[str, Any]
    placed: Callable[[Flaw], Flaw]


def from_json(document: Any) -> Uploaded:
    """Parse a JSON document. Raises `Invalid`; the flaws' pointers are JSON pointers."""
    parse(document)
    return Uploaded(document, lambda flaw: flaw)


@dataclass(frozen=True)
class Replace:
    """Replace the document of a draft; with `revision`, never one that somebody else wrote meanwhile."""

    content: Content
    content_hash: str
    revision: int | None

    def decide(self, draft: StoredDraft, now: datetime) -> Decision[StoredDraft]:
        _check_revision(draft, self.revision)
        after = replace(draft, content=self.content, content_hash=self.content_hash, changed_at=now)
        return Decision(after, answer=to_response(after, draft.version + 1))


@dataclass(frozen=True)
class NotePublication:
    """Note what a draft was published as. One that was replaced in this very moment stays a draft of its own."""

    revision: int
    published: PublishedAs

    def decide(self, draft: StoredDraft, now: datetime) -> Decision[StoredDraft] | None:
        if draft.version != self.revision:
            return None
        return Decision(replace(draft, published=self.published, content=None, changed_at=now))


@dataclass(frozen=True)
class Drafts:
    """Use cases on drafts. Each raises Problem 404 for an unknown draft, 409 for one that is published or was replaced meanwhile."""

    all: DraftRepository
    questionnaires: Questionnaires
    secrets: Secrets
    workbooks: WorkbookCheck = field(default_factory=WorkbookCheck)

    async def from_workbook(self, content: bytes) -> Uploaded:
        """The document of a workbook. Raises `Invalid`; the flaws' pointers are `/sheet/cell`."""
        tables = await self.workbooks.tables(content)
        parsed = await asyncio.to_thread(from_tables, tables)
        return Uploaded(parsed.document, parsed.placed)

    async def create(self, uploaded: Uploaded, key: str | None, now: datetime) -> tuple[DraftResponse, bool]:
        """Store a new draft; (answer, replayed). Raises `Invalid` for relations to the version before that can't be."""
        digest = content_hash(uploaded.document)
        request = IdempotencyKey.of(self.secrets, "POST /selfcheck/v1/questionnaire-drafts", key, digest)
        draft = StoredDraft(
            id=request.new_document_id(),
            tenant=of_platform().tenant,
            content=uploaded.document,
            content_hash=digest,
            created_at=now,
            changed_at=now,
        )
        if request.key is None or await self.all.get(of_platform(), draft.id) is None:
            await self._check(uploaded)
        return await self.all.add_once(of_platform(), draft, [], to_response(draft, 1), request, now)

    async def replace(self, id: str, uploaded: Uploaded, revision: int | None, now: datetime) -> DraftResponse:
        """Replace the document of a draft."""
        _check_revision(await self.get(id), revision)
        await self._check(uploaded)
        command = Replace(uploaded.document, content_hash(uploaded.document), revision)
        result = await self.all.change(of_platform(), id, lambda draft: command.decide(draft, now), now)
        if result is None:
            raise not_found("draft")
        answer: DraftResponse = result[0]
        return answer

    async def discard(self, id: str, revision: int | None = None) -> None:
        """Remove a draft; one that is published stays as a record."""
        draft = await self.get(id)
        _check_revision(draft, revision)
        await self.all.remove(draft)

    async def publish(self, id: str, revision: int | None, key: str | None, now: datetime) -> tuple[Published, bool]:
        """Publish the content as it stands; (answer of the publication, replayed).

        The version is published first, under its content's hash; a repeat after a crash in between finds it there.
        """
        draft = await self.get(id)
        if draft.published is not None:
            published = draft.published
            return {"id": published.id, "version": published.version, "content_hash": published.content_hash}, True
        _check_revision(draft, revision)
        answer, _ = await self.questionnaires.publish(draft.content, key, now)
        command = NotePublication(draft.version, PublishedAs(**answer))
        await self.all.change(of_platform(), id, lambda current: command.decide(current, now), now)
        return answer, False

    async def get(self, id: str) -> StoredDraft:
        """The draft with its content."""
        draft = await self.all.get(of_platform(), id)
        if draft is None:
            raise not_found("draft")
        return draft

    async def content(self, id: str) -> Content:
        """What the draft holds."""
        draft = await self.get(id)
        if draft.content is None:
            raise PUBLISHED
        return draft.content

    async def list_all(self) -> list[DraftResponse]:
        """Drafts that are not published, the one changed last first."""
        return [to_response(draft, draft.version) for draft in await self.all.unpublished()]

    async def _check(self, uploaded: Uploaded) -> None:
        """Check what only the published versions can tell: that relations fit the version before."""
        document, flaws = uploaded.document, []
        if await self.questionnaires.exists(document["id"], document["version"]):
            detail = "This version is published already and never changes; give the draft a new version."
            flaws.append(Flaw("/version", "version_published", detail))
        try:
            parse(document, previous=await self.questionnaires.latest(document["id"]))
        except Invalid as error:
            flaws += error.flaws
        if flaws:
            raise Invalid(map(uploaded.placed, flaws))


def to_response(draft: StoredDraft, revision: int) -> DraftResponse:
    """A draft as the API shows it, without its content."""
    names = draft.content or {"id": "", "version": "", "title": None}
    published = draft.published
    return {
        "draft": draft.id,
        "revision": revision,
        "status": "published" if published else "draft",
        "id": published.id if published else names["id"],
        "version": published.version if published else names["version"],
        "title": names["title"],
        "content_hash": draft.content_hash,
        "created_at": rfc3339(draft.created_at),
        "changed_at": rfc3339(draft.changed_at),
    }


def _check_revision(draft: StoredDraft, revision: int | None) -> None:
    if draft.published is not None:
        raise PUBLISHED
    if revision is not None and revision != draft.version:
        raise CHANGED
