"""Repository of announcements."""

from __future__ import annotations

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope


class Announcements:
    """Repository of announcements that wait to be fanned out."""

    def __init__(self, database: Database) -> None:
        self._aggregates = Aggregates(database, "announcements")
        self.collection = self._aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def mark_done(self, scope: TenantScope, id: str) -> None:
        await self.collection.update_one(scope.filter(_id=id), {"$unset": {"due_at": ""}})
