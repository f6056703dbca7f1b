"""Stores what municipalities note of their trainings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from chassis.storage.aggregates import Aggregates
from chassis.storage.repository import Decision, Repository
from chassis.storage.tenancy import TenantScope
from services.reporting.trainings.documents import Material, OfficePresent, TrainingNotes

MOST_OF_ONE = 1_000


class TrainingRepository(Repository[TrainingNotes]):
    """Stores what municipalities note of their trainings."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(TrainingNotes, aggregates)

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def get_many(self, scope: TenantScope, ids: Sequence[str]) -> dict[str, TrainingNotes]:
        """Notes on trainings, by the ids of their gatherings."""
        notes = await self._find(scope.filter(_id={"$in": list(ids)}), limit=MOST_OF_ONE)
        return {one.id: one for one in notes}

    async def upsert(
        self,
        scope: TenantScope,
        id: str,
        materials: tuple[Material, ...],
        offices: tuple[OfficePresent, ...],
        now: datetime,
    ) -> None:
        def change(before: TrainingNotes) -> Decision[TrainingNotes]:
            return Decision(msgspec.structs.replace(before, materials=materials, offices=offices, changed_at=now))

        empty = TrainingNotes(id=id, tenant=scope.tenant, changed_at=now)
        await self.change_or_begin(scope, empty, change, now)
