"""Peer visits whose events were received."""

from __future__ import annotations

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope
from services.registration.peer_visits.documents import AcceptedVisit

COLLECTION = "peer_visits"


class AcceptedVisits(Repository[AcceptedVisit]):
    """The collection `peer_visits`."""

    def __init__(self, database: Database) -> None:
        aggregates = Aggregates(database, COLLECTION)
        super().__init__(AcceptedVisit, aggregates)
        self.collection = aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def done(self, scope: TenantScope, id: str) -> None:
        await self.collection.update_one(scope.filter(_id=id), {"$unset": {"due_at": ""}})
