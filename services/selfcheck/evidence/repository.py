"""Repository of evidence files."""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from chassis.storage.documents import from_stored, to_stored
from chassis.storage.mongo import Collection
from chassis.storage.tenancy import TenantScope
from services.selfcheck.evidence.documents import StoredFile


class EvidenceFiles:
    """The collection of evidence files; a file is written once, read and removed."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def ensure_indexes(self) -> None:
        await self._collection.create_indexes([IndexModel([("tenant", ASCENDING), ("sheet", ASCENDING)], name="sheet")])

    async def get(self, scope: TenantScope, sheet: str, id: str) -> StoredFile | None:
        stored = await self._collection.find_one(scope.filter(_id=id, sheet=sheet))
        return None if stored is None else from_stored(StoredFile, stored)

    async def insert_if_absent(self, file: StoredFile) -> None:
        """Store a file; a repeat changes nothing."""
        fields = to_stored(file)
        await self._collection.update_one({"_id": fields.pop("_id")}, {"$setOnInsert": fields}, upsert=True)

    async def remove(self, scope: TenantScope, sheet: str, id: str) -> None:
        await self._collection.delete_one(scope.filter(_id=id, sheet=sheet))

    async def remove_all(self, scope: TenantScope, sheet: str) -> None:
        """Every file of a sheet."""
        await self._collection.delete_many(scope.filter(sheet=sheet))
