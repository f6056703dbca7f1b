"""Drafts of questionnaire versions: seen by the programme office alone, replaced as a whole, valid at any time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.clock import rfc3339
from chassis.http.problems import conflict, not_found
from chassis.ids import Secrets
from chassis.storage.aggregates import Aggregates, Change, Exists
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_platform
from services.selfcheck.domain.errors import Flaw, Invalid
from services.selfcheck.domain.questionnaire import content_hash
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.questionnaire_tables import from_tables
from services.selfcheck.questionnaires.repository import Questionnaires
from services.selfcheck.questionnaires.workbook_check import WorkbookCheck

CHANGED = conflict(
    "draft-changed", "Somebody else replaced this draft; look at it again before you replace or publish it."
)
PUBLISHED = conflict("draft-published", "This draft is published and can't be changed; begin a new one.")
CONTENT = {"outbox": 0, "requests": 0}


@dataclass(frozen=True)
class Uploaded:
    """A valid document, and how flaws found later are placed where its author looks for them."""

    document: dict[str, Any]
    placed: Callable[[Flaw], Flaw]


def from_json(document: Any) -> Uploaded:
    """The document itself. Raises `Invalid`; the flaws' pointers are JSON pointers."""
    parse(document)
    return Uploaded(document, lambda flaw: flaw)


class Drafts:
    """One document per draft; `version` is its revision. Once published it only says as what."""

    def __init__(self, aggregates: Aggregates, questionnaires: Questionnaires, secrets: Secrets) -> None:
        self._all = aggregates
        self._questionnaires = questionnaires
        self._secrets = secrets
        self._workbooks = WorkbookCheck()

    async def from_workbook(self, content: bytes) -> Uploaded:
        """The document of a workbook. Raises `Invalid`; the flaws' pointers are `/sheet/cell`."""
        tables = await self._workbooks.tables(content)
        found = await asyncio.to_thread(from_tables, tables)
        return Uploaded(found.document, found.placed)

    async def ensure_indexes(self) -> None:
        await self._all.ensure_indexes()

    async def create(self, uploaded: Uploaded, key: str | None, now: datetime) -> tuple[Document, bool]:
        """Keep a new draft; (answer, replayed). Raises `Invalid` for relations to the version before that can't be."""
        digest = content_hash(uploaded.document)
        request = IdempotencyKey.of(self._secrets, "POST /selfcheck/v1/questionnaire-drafts", key, digest)
        id = request.new_document_id()
        if request.key and (earlier := await self._all.load(of_platform(), id)):
            return request.replay_of_creation(earlier), True
        await self._check(uploaded)
        fields = {
            "content": uploaded.document,
            "content_hash": digest,
            "created_at": now,
            "changed_at": now,
            "published": None,
        }
        answer = shown({"_id": id, "version": 1, **fields})
        try:
            await self._all.create(of_platform(), id, {**fields, "request": request.record(answer, now)}, [], now)
        except Exists as there:
            return request.replay_of_creation(there.document), True
        return answer, False

    async def replace(self, id: str, uploaded: Uploaded, revision: int | None, now: datetime) -> Document:
        """Put another document in its place; with `revision`, never over somebody else's unawares."""
        _as_expected(await self.stored(id), revision)
        await self._check(uploaded)
        fields = {"content": uploaded.document, "content_hash": content_hash(uploaded.document), "changed_at": now}

        def change(document: Document) -> Change:
            _as_expected(document, revision)
            return Change(fields, answer=shown({**document, **fields, "version": document["version"] + 1}))

        answer: Document = await self._execute(id, change, now)
        return answer

    async def discard(self, id: str, revision: int | None = None) -> None:
        """Remove a draft; one that is published stays as a record."""
        document = await self.stored(id)
        _as_expected(document, revision)
        await self._all.collection.delete_one(of_platform().filter(_id=id, version=document["version"]))

    async def publish(self, id: str, revision: int | None, key: str | None, now: datetime) -> tuple[Document, bool]:
        """Publish the content as it stands; (answer of the publication, replayed).

        The version is published first, under its content's hash; a repeat after a crash in between finds it there.
        """
        document = await self.stored(id)
        if document["published"] is not None:
            return document["published"], True
        _as_expected(document, revision)
        answer, _ = await self._questionnaires.publish(document["content"], key, now)

        def change(current: Document) -> Change | None:
            # Replaced in this very moment: what came is a draft of its own and stays one.
            if current["version"] != document["version"]:
                return None
            return Change({"published": answer, "changed_at": now}, unset=["content"], answer=answer)

        await self._execute(id, change, now)
        return answer, False

    async def stored(self, id: str) -> Document:
        """The draft with its content. Raises Problem 404."""
        found = await self._all.load(of_platform(), id, CONTENT)
        if found is None:
            raise not_found("draft")
        return found

    async def content(self, id: str) -> Document:
        """What the draft holds. Raises Problem 404, 409 when it is published."""
        document = await self.stored(id)
        if document["published"] is not None:
            raise PUBLISHED
        content: Document = document["content"]
        return content

    async def listed(self) -> list[Document]:
        """Drafts that are not published, the one changed last first."""
        condition = of_platform().filter(published=None)
        found = await self._all.collection.find(condition, CONTENT).sort("changed_at", -1).to_list(None)
        return [shown(document) for document in found]

    async def _check(self, uploaded: Uploaded) -> None:
        """What only the published versions can tell."""
        sent, flaws = uploaded.document, []
        if await self._questionnaires.exists(sent["id"], sent["version"]):
            detail = "This version is published already and never changes; give the draft a new version."
            flaws.append(Flaw("/version", "version_published", detail))
        try:
            parse(sent, previous=await self._questionnaires.latest(sent["id"]))
        except Invalid as error:
            flaws += error.flaws
        if flaws:
            raise Invalid(map(uploaded.placed, flaws))

    async def _execute(self, id: str, change: Callable[[Document], Change | None], now: datetime) -> Any:
        done = await self._all.execute(of_platform(), id, change, now)
        if done is None:
            raise not_found("draft")
        return done[0]


def shown(document: Document) -> Document:
    """A draft as the API shows it, without its content."""
    content = document.get("content")
    named = content or document["published"]
    return {
        "draft": document["_id"],
        "revision": document["version"],
        "status": "published" if document["published"] else "draft",
        "id": named["id"],
        "version": named["version"],
        "title": content["title"] if content else None,
        "content_hash": document["content_hash"],
        "created_at": rfc3339(document["created_at"]),
        "changed_at": rfc3339(document["changed_at"]),
    }


def _as_expected(document: Document, revision: int | None) -> None:
    if document["published"] is not None:
        raise PUBLISHED
    if revision is not None and revision != document["version"]:
        raise CHANGED
