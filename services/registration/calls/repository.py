"""Call outcomes that were received and are not carried out yet."""

from __future__ import annotations

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope
from services.registration.calls.documents import Call

CALLS = "calls"


class CallRepository(Repository[Call]):
    """Repository of calls: collection `calls`."""

    def __init__(self, database: Database) -> None:
        aggregates = Aggregates(database, CALLS)
        super().__init__(Call, aggregates)
        self.collection = aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def remove(self, scope: TenantScope, id: str) -> None:
        await self.collection.delete_one(scope.filter(_id=id))
