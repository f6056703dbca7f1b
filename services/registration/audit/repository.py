"""The entries of audit trails as they are stored."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope
from services.registration.domain.audit import Entry

AUDIT = "audit"


class AuditRepository:
    """The collection `audit`: one entry for each event of a gathering's seats."""

    def __init__(self, database: Database) -> None:
        self._entries = database[AUDIT]

    async def ensure_indexes(self) -> None:
        by_gathering = [("tenant", ASCENDING), ("gathering", ASCENDING), ("n", ASCENDING)]
        by_type = [("tenant", ASCENDING), ("type", ASCENDING), ("at", DESCENDING)]
        await self._entries.create_indexes(
            [IndexModel(by_gathering, name="gathering"), IndexModel(by_type, name="newest_of_type")]
        )

    async def entries(self, scope: TenantScope, gathering_id: str, after: int, limit: int) -> list[Entry]:
        """So many entries after that number."""
        found = self._entries.find(scope.filter(gathering=gathering_id, n={"$gt": after})).sort("n", 1).limit(limit)
        return [entry_of(one) for one in await found.to_list(None)]

    async def newest(self, scope: TenantScope, types: Sequence[str], limit: int) -> list[tuple[str, Entry]]:
        """(gathering, entry) of these types over all gatherings, the newest first."""
        found = self._entries.find(scope.filter(type={"$in": list(types)})).sort("at", -1).limit(limit)
        return [(one["gathering"], entry_of(one)) for one in await found.to_list(None)]

    async def all(self, scope: TenantScope, gathering_id: str) -> AsyncIterator[Entry]:
        async for one in self._entries.find(scope.filter(gathering=gathering_id)).sort("n", 1):
            yield entry_of(one)


def entry_of(stored: dict[str, Any]) -> Entry:
    """Raises KeyError, ValueError or TypeError where it is none."""
    return Entry(stored["n"], datetime.fromisoformat(stored["at"]), stored["type"], stored["data"])
