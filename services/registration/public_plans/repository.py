"""Which municipalities have an action plan that everybody may read."""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope

COLLECTION = "public_plans"


class PublicPlans:
    """Rows by self-check, as reporting told of them."""

    def __init__(self, database: Database) -> None:
        self._plans = database[COLLECTION]

    async def ensure_indexes(self) -> None:
        await self._plans.create_indexes([IndexModel([("tenant", ASCENDING), ("public", ASCENDING)], name="public")])

    async def there_are(self, scope: TenantScope) -> bool:
        """Whether there is at least one. Of a self-check that was deleted its plan's page says that there is nothing to read."""
        return await self._plans.find_one(scope.filter(public=True), {"_id": 1}) is not None
