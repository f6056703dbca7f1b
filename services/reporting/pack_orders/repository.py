"""Stores packs that were asked for, and their bytes beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope
from services.reporting.pack_orders.documents import PackOrder

FILES = "pack_files"


class PackOrderRepository(Repository[PackOrder]):
    """Stores orders, and the finished archives in a collection beside them."""

    def __init__(self, database: Database, aggregates: Aggregates) -> None:
        super().__init__(PackOrder, aggregates)
        self.collection = aggregates.collection
        self._files = database[FILES]

    async def ensure_indexes(self) -> None:
        in_line = IndexModel([("status", ASCENDING), ("asked_at", ASCENDING)], name="in_line")
        await self._aggregates.ensure_indexes([in_line])
        await self._files.create_indexes([IndexModel([("tenant", ASCENDING)], name="tenant")])

    async def get_many(self, scope: TenantScope, ids: Sequence[str]) -> list[PackOrder]:
        """The orders with these ids."""
        return await self._find(scope.filter(_id={"$in": list(ids)}))

    async def count_before(self, asked_at: datetime) -> int:
        """How many wait that were asked for earlier, whoever asked."""
        return await self.collection.count_documents({"status": "asked", "asked_at": {"$lt": asked_at}})

    async def store_pack(self, scope: TenantScope, id: str, content: bytes) -> None:
        await self._files.replace_one(scope.filter(_id=id), {"tenant": scope.tenant, "content": content}, upsert=True)

    async def get_pack(self, scope: TenantScope, id: str) -> bytes | None:
        stored = await self._files.find_one(scope.filter(_id=id))
        return None if stored is None else bytes(stored["content"])

    async def end(self, scope: TenantScope, id: str, asked_at: datetime) -> None:
        """Delete an order that is over, unless it was asked for anew meanwhile; the bytes go first, so that none stay without their order."""
        await self._files.delete_one(scope.filter(_id=id))
        await self.collection.delete_one(scope.filter(_id=id, asked_at=asked_at))
