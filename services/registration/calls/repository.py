"""Outcomes of calls that were heard of and not carried out yet."""

from __future__ import annotations

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Collection, Database
from chassis.storage.tenancy import TenantScope

CALLS = "calls"


class CallRepository:
    """The collection `calls`."""

    def __init__(self, database: Database) -> None:
        self._aggregates = Aggregates(database, CALLS)

    @property
    def collection(self) -> Collection:
        """For the job that carries them out."""
        return self._aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def remove(self, scope: TenantScope, id: str) -> None:
        await self.collection.delete_one(scope.filter(_id=id))
