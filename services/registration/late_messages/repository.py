"""Late messages that were received and are not taken into account yet."""

from __future__ import annotations

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope
from services.registration.late_messages.documents import LateMessage

LATE = "late_messages"


class LateMessageRepository(Repository[LateMessage]):
    """The collection `late_messages`."""

    def __init__(self, database: Database) -> None:
        aggregates = Aggregates(database, LATE)
        super().__init__(LateMessage, aggregates)
        self.collection = aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def remove(self, scope: TenantScope, id: str) -> None:
        await self.collection.delete_one(scope.filter(_id=id))
