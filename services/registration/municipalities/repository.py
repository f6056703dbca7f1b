"""Municipalities as they are stored, where one reads more than one of them. What is decided of one goes through `Aggregates`."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from programme.tenant_registry import TENANTS

ADMITTED = {"status": "admitted"}
REGISTRY = {"status": 1, "facts": 1, "profile": 1, "texts": 1, "staff": 1}
"""What the registry of tenants keeps of a municipality."""


class MunicipalityRepository:
    """The collection whose ids are the tenants."""

    def __init__(self, aggregates: Aggregates) -> None:
        self._all = aggregates.collection
        self._aggregates = aggregates

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [
                IndexModel([("status", ASCENDING), ("_id", ASCENDING)], name="status"),
                IndexModel([("belonging.district", ASCENDING)], name="members", sparse=True),
                IndexModel([("status", ASCENDING), ("words", ASCENDING)], name="words"),
            ]
        )

    async def admitted(self, limit: int, after: str | None) -> list[Document]:
        """Public facts of admitted municipalities, by slug."""
        condition: Document = ADMITTED | ({"_id": {"$gt": after}} if after else {})
        return await self._facts(self._all.find(condition, {"facts": 1}).sort("_id", 1).limit(limit))

    async def search(self, words: Sequence[str], limit: int) -> list[Document]:
        """Public facts of admitted municipalities in whose name these words stand from the beginning of a word on."""
        condition = ADMITTED | {"words": {"$regex": f"^{re.escape(' '.join(words))}"}}
        return await self._facts(self._all.find(condition, {"facts": 1}).limit(limit))

    async def districts(self) -> list[Document]:
        """Public facts of admitted districts, by slug."""
        condition = ADMITTED | {"facts.kind": "district"}
        return await self._facts(self._all.find(condition, {"facts": 1}).sort("_id", 1))

    async def is_district(self, slug: str) -> bool:
        """Whether this is an admitted district."""
        return await self._all.find_one(ADMITTED | {"_id": slug, "facts.kind": "district"}, {"_id": 1}) is not None

    async def ever_members_of(self, scope: TenantScope) -> list[Document]:
        """Slug, public name and memberships of those who belong or belonged to the tenant, a district: it sees nothing else of them."""
        condition = {"belonging.district": scope.tenant, "status": {"$ne": "deleted"}}
        return await self._all.find(condition, {"facts.name": 1, "belonging": 1}).sort("_id", 1).to_list(None)

    async def without_words(self) -> AsyncIterator[Document]:
        """Admitted ones that were stored before there was a search, with their name."""
        async for one in self._all.find(ADMITTED | {"words": None}, {"facts.name": 1}):
            yield one

    async def set_words(self, slug: str, words: Sequence[str]) -> None:
        await self._all.update_one({"_id": slug}, {"$set": {"words": list(words)}})

    async def of_office(self, status: str | None, limit: int, after: str | None) -> list[Document]:
        """Everybody who ever applied, by slug, for the programme office."""
        condition: Document = {"status": status} if status else {"status": {"$ne": "deleted"}}
        if after:
            condition["_id"] = {"$gt": after}
        return await self._all.find(condition).sort("_id", 1).limit(limit).to_list(None)

    async def tenant(self, slug: str) -> Document | None:
        """What the registry keeps of a municipality that takes part."""
        return await self._all.find_one({"_id": slug, "status": {"$in": list(TENANTS)}}, REGISTRY)

    async def roles(self, email_key: str) -> dict[str, frozenset[str]]:
        """What municipalities granted to whom the key stands for, by municipality."""
        path = f"staff.{email_key}"
        held = {path: {"$exists": True}, "status": {"$in": list(TENANTS)}}
        found = await self._all.find(held, {path: 1, "tenant": 1}).to_list(None)
        return {document["tenant"]: frozenset(document["staff"][email_key]) for document in found}

    @staticmethod
    async def _facts(found: Any) -> list[Document]:
        return [document["facts"] for document in await found.to_list(None)]
