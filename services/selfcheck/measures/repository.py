"""Repository of measures."""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope
from services.selfcheck.measures.documents import StoredMeasure


class MeasureRepository(Repository[StoredMeasure]):
    """Repository of the measures of all self-checks."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(StoredMeasure, aggregates)
        self.collection = aggregates.collection

    async def ensure_indexes(self) -> None:
        tenant = ("tenant", ASCENDING)
        of_assessment = IndexModel([tenant, ("assessment", ASCENDING)], name="assessment")
        await self._aggregates.ensure_indexes([IndexModel([tenant, ("due", ASCENDING)], name="tenant"), of_assessment])

    async def existing(self, scope: TenantScope, assessment: str | None = None) -> list[StoredMeasure]:
        """Measures that were not deleted, of one self-check or of all."""
        return await self._find(scope.filter(deleted_at=None, **({"assessment": assessment} if assessment else {})))

    async def ids_of(self, scope: TenantScope, assessment: str) -> list[str]:
        """Ids of all measures of a self-check, also of deleted ones."""
        return await self._ids(scope.filter(assessment=assessment))
