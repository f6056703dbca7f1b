"""Reads measures."""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from chassis.storage.documents import from_stored, projection_of
from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope
from services.reporting.measures.documents import StoredMeasure

MOST = 500


class MeasureRepository:
    """Rows of measures that were not deleted."""

    def __init__(self, database: Database) -> None:
        self._measures = database["measures"]

    async def ensure_indexes(self) -> None:
        by_tenant = IndexModel([("tenant", ASCENDING), ("assessment", ASCENDING)], name="tenant")
        await self._measures.create_indexes([by_tenant])

    async def list_all(self, scope: TenantScope, assessment: str | None = None) -> list[StoredMeasure]:
        """Measures of the municipality, or of one of its self-checks."""
        condition = scope.filter(status={"$ne": "deleted"}, **({"assessment": assessment} if assessment else {}))
        rows = await self._measures.find(condition, projection_of(StoredMeasure)).limit(MOST).to_list(None)
        return [from_stored(StoredMeasure, row) for row in rows]
