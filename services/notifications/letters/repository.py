"""Repository of batches of letters."""

from __future__ import annotations

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope
from services.notifications.letters.documents import LetterBatch

NEWEST = (("number", -1),)


class LetterBatches(Repository[LetterBatch]):
    """Stores batches of letters, one document each."""

    def __init__(self, database: Database) -> None:
        self.aggregates = Aggregates(database, "letter_batches")
        super().__init__(LetterBatch, self.aggregates)

    async def ensure_indexes(self) -> None:
        by_number = [("tenant", ASCENDING), ("number", DESCENDING)]
        await self.aggregates.ensure_indexes([IndexModel(by_number, name="number")])

    async def list_newest(self, scope: TenantScope, limit: int, before: int = 0) -> list[LetterBatch]:
        """The newest first; `before`: those with a smaller number than this."""
        return await self._find(scope.filter(**({"number": {"$lt": before}} if before else {})), NEWEST, limit)

    async def last_number(self, scope: TenantScope) -> int:
        """The number of the newest batch; 0 where there is none."""
        newest = await self.list_newest(scope, 1)
        return newest[0].number if newest else 0
