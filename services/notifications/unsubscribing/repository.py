"""Repository of mailboxes that unsubscribed."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope
from services.notifications.delivery.repository_throttle import Throttle


class Unsubscribed:
    """Repository of the mailboxes that unsubscribed, each as a keyed hash, so that nothing says whose they are."""

    def __init__(self, database: Database, throttle: Throttle) -> None:
        self._rows = database["unsubscribed"]
        self._throttle = throttle

    async def add(self, scope: TenantScope, kind: str, address: str, now: datetime) -> None:
        """Store that a mailbox unsubscribed; repeating it changes nothing."""
        row = scope.filter(_id=self._id(scope, kind, address))
        await self._rows.update_one(row, {"$setOnInsert": {"kind": kind, "at": now}}, upsert=True)

    async def remove(self, scope: TenantScope, kind: str, address: str) -> None:
        """Forget that a mailbox unsubscribed; repeating it changes nothing."""
        await self._rows.delete_one(scope.filter(_id=self._id(scope, kind, address)))

    async def contains(self, scope: TenantScope, kind: str, address: str) -> bool:
        """Whether this mailbox unsubscribed from this kind."""
        return await self._rows.find_one(scope.filter(_id=self._id(scope, kind, address)), {"_id": 1}) is not None

    def _id(self, scope: TenantScope, kind: str, address: str) -> str:
        return f"{scope.tenant}:{kind}:{self._throttle.key(address)}"
