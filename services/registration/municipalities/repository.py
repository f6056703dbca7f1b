"""Municipalities: one at a time as aggregates, and what is asked of many of them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel

from chassis.http.problems import not_found
from chassis.storage.aggregates import Aggregates
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.repository import Decision, Repository
from chassis.storage.tenancy import TenantScope, of_document
from programme.tenant_registry import TENANTS
from services.registration.applications.documents import Facts
from services.registration.domain.membership import Entry
from services.registration.municipalities.documents import Member, Municipality

ADMITTED = {"status": "admitted"}
TENANT_FIELDS = dict.fromkeys(("tenant", "status", "facts", "profile", "texts", "staff", "interface_languages"), 1)
"""What the registry of tenants knows of one: nothing of people and former applications."""
STATUS_FIELDS = dict.fromkeys(("tenant", "status", "number", "facts", "questions", "former", "leaving"), 1)
"""What says where one stands, for a list of all."""


class MunicipalityRepository(Repository[Municipality]):
    """The collection whose ids are the tenants."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(Municipality, aggregates)
        self.collection = aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [
                IndexModel([("status", ASCENDING), ("_id", ASCENDING)], name="status"),
                IndexModel([("belonging.district", ASCENDING)], name="members", sparse=True),
                IndexModel([("status", ASCENDING), ("words", ASCENDING)], name="words"),
            ]
        )

    async def execute(
        self,
        slug: str,
        decide: Callable[[Municipality], Decision[Municipality]],
        request: IdempotencyKey,
        now: datetime,
    ) -> tuple[Any, bool]:
        """Change a municipality as a command decides; (the command's answer, replayed). Raises Problem 404."""
        result = await self.change(of_document({"tenant": slug}), slug, decide, now, request)
        if result is None:
            raise not_found("municipality")
        return result

    async def repeats(self, scope: TenantScope, request: IdempotencyKey) -> tuple[bool, Any]:
        """(True, first answer) where this request changed the municipality before. Raises Problem 422 the key was used otherwise."""
        stored = await self._aggregates.load(scope, scope.tenant, {"requests": 1}) if request.key else None
        return request.replay_in(stored or {})

    async def admitted(self, limit: int, after: str | None) -> list[Facts]:
        """Admitted municipalities, by slug."""
        condition: Document = ADMITTED | ({"_id": {"$gt": after}} if after else {})
        return await self._facts(self.collection.find(condition, {"facts": 1}).sort("_id", 1).limit(limit))

    async def search(self, words: Sequence[str], limit: int) -> list[Facts]:
        """Admitted municipalities in whose name these words stand from the beginning of a word on."""
        condition = ADMITTED | {"words": {"$regex": f"^{re.escape(' '.join(words))}"}}
        return await self._facts(self.collection.find(condition, {"facts": 1}).limit(limit))

    async def districts(self) -> list[Facts]:
        """Admitted districts, by slug."""
        condition = ADMITTED | {"facts.kind": "district"}
        return await self._facts(self.collection.find(condition, {"facts": 1}).sort("_id", 1))

    async def is_district(self, slug: str) -> bool:
        """Whether this is an admitted district."""
        return (
            await self.collection.find_one(ADMITTED | {"_id": slug, "facts.kind": "district"}, {"_id": 1}) is not None
        )

    async def ever_members_of(self, scope: TenantScope) -> list[Member]:
        """Municipalities that belong or belonged to the tenant, a district, by slug: it sees nothing else of them."""
        condition = {"belonging.district": scope.tenant, "status": {"$ne": "deleted"}}
        documents = (
            await self.collection.find(condition, {"facts.name": 1, "belonging": 1}).sort("_id", 1).to_list(None)
        )
        return [
            Member(document["_id"], document["facts"]["name"], _entries(document["belonging"]))
            for document in documents
        ]

    async def without_words(self) -> AsyncIterator[Facts]:
        """Admitted ones that were stored before there was a search."""
        async for document in self.collection.find(ADMITTED | {"words": None}, {"facts": 1}):
            yield msgspec.convert(document["facts"], Facts)

    async def set_words(self, slug: str, words: Sequence[str]) -> None:
        await self.collection.update_one({"_id": slug}, {"$set": {"words": list(words)}})

    async def list_for_office(self, status: str | None, limit: int, after: str | None) -> list[Municipality]:
        """List everybody who ever applied, by slug, for the programme office."""
        condition: Document = {"status": status} if status else {"status": {"$ne": "deleted"}}
        if after:
            condition["_id"] = {"$gt": after}
        return await self._find(condition, limit=limit)

    async def list_statuses(self) -> AsyncIterator[Municipality]:
        """Everybody who ever applied, by slug, with `STATUS_FIELDS` alone."""
        async for document in self.collection.find({"status": {"$ne": "deleted"}}, STATUS_FIELDS).sort("_id", 1):
            yield self.read(document)

    async def tenant(self, slug: str) -> Municipality | None:
        """A municipality that takes part, with `TENANT_FIELDS` alone: each process looks every few seconds."""
        condition: Document = {"_id": slug, "status": {"$in": list(TENANTS)}}
        document = await self.collection.find_one(condition, TENANT_FIELDS)
        return None if document is None else self.read(document)

    async def roles(self, email_key: str) -> dict[str, frozenset[str]]:
        """What municipalities granted to whom the key stands for, by municipality."""
        path = f"staff.{email_key}"
        with_roles = {path: {"$exists": True}, "status": {"$in": list(TENANTS)}}
        documents = await self.collection.find(with_roles, {path: 1, "tenant": 1}).to_list(None)
        return {document["tenant"]: frozenset(document["staff"][email_key]) for document in documents}

    async def with_staff(self) -> list[TenantScope]:
        """Municipalities that have staff."""
        documents = await self.collection.find({"people": {"$exists": True}}, {"tenant": 1}).to_list(None)
        return [of_document(document) for document in documents]

    @staticmethod
    async def _facts(cursor: Any) -> list[Facts]:
        return [msgspec.convert(document["facts"], Facts) for document in await cursor.to_list(None)]


def _entries(stored: Any) -> tuple[Entry, ...]:
    return msgspec.convert(stored, tuple[Entry, ...], builtin_types=(datetime,))
