"""Which municipalities have an action plan that everybody may read."""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope

PLANS, DELETED = "public_plans", "deleted_self_checks"


class PublicPlans:
    """Rows by self-check, as reporting and selfcheck told of them."""

    def __init__(self, database: Database) -> None:
        self._plans = database[PLANS]
        self._deleted = database[DELETED]

    async def ensure_indexes(self) -> None:
        await self._plans.create_indexes([IndexModel([("tenant", ASCENDING), ("public", ASCENDING)], name="public")])
        await self._deleted.create_indexes([IndexModel([("tenant", ASCENDING)], name="tenant")])

    async def has_any(self, scope: TenantScope) -> bool:
        """Whether there is at least one of a self-check that was not deleted."""
        public_ids = [one["_id"] for one in await self._plans.find(scope.filter(public=True), {"_id": 1}).to_list(None)]
        if not public_ids:
            return False
        deleted = await self._deleted.find(scope.filter(_id={"$in": public_ids}), {"_id": 1}).to_list(None)
        return len(deleted) < len(public_ids)
