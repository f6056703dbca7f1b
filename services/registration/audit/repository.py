"""The entries of audit trails as they are stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.registration.domain.audit_entries import Entry

AUDIT = "audit"
OF_COORDINATORS: Document = {
    "type": {"$in": [f"gathering.{decided}" for decided in ("attended", "cancelled", "changed", "drawn", "published")]}
}
"""Decisions about a gathering as a whole: few among those about its seats."""


class AuditRepository:
    """The collection `audit`: one entry for each event of a gathering's seats."""

    def __init__(self, database: Database) -> None:
        self._entries = database[AUDIT]

    async def ensure_indexes(self) -> None:
        by_gathering = [("tenant", ASCENDING), ("gathering", ASCENDING), ("n", ASCENDING)]
        await self._entries.create_indexes(
            [
                IndexModel(by_gathering, name="gathering"),
                IndexModel(
                    [("tenant", ASCENDING), ("at", DESCENDING)],
                    name="of_coordinators",
                    partialFilterExpression=OF_COORDINATORS,
                ),
            ]
        )

    async def entries(self, scope: TenantScope, gathering_id: str, after: int, limit: int) -> list[Entry]:
        """At most `limit` entries after that number."""
        documents = self._entries.find(scope.filter(gathering=gathering_id, n={"$gt": after})).sort("n", 1).limit(limit)
        return [entry_of(document) for document in await documents.to_list(None)]

    async def newest(self, scope: TenantScope, limit: int) -> list[tuple[str, Entry]]:
        """(gathering, entry) of what coordinators decided, over all gatherings, the newest first."""
        documents = self._entries.find(scope.filter(**OF_COORDINATORS)).sort("at", -1).limit(limit)
        return [(document["gathering"], entry_of(document)) for document in await documents.to_list(None)]

    async def iterate(self, scope: TenantScope, gathering_id: str) -> AsyncIterator[Entry]:
        async for document in self._entries.find(scope.filter(gathering=gathering_id)).sort("n", 1):
            yield entry_of(document)


def entry_of(stored: dict[str, Any]) -> Entry:
    """Read a stored entry. Raises KeyError, ValueError or TypeError where it is none."""
    return Entry(stored["n"], datetime.fromisoformat(stored["at"]), stored["type"], stored["data"])
