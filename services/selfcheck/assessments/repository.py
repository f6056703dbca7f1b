"""Repository of assessments."""

from __future__ import annotations

from collections.abc import Collection

from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.documents import from_stored
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope
from services.selfcheck.assessments.documents import StoredAssessment

FIGURES = ("result", "across", "own_result")
"""Large, and seldom needed."""


class AssessmentRepository(Repository[StoredAssessment]):
    """Repository of the assessments of all municipalities. What is found by a filter comes without figures."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(StoredAssessment, aggregates)
        self.collection = aggregates.collection
        self._whole = self._fields
        self._fields = {name: 1 for name in self._whole if name not in FIGURES}

    async def ensure_indexes(self) -> None:
        room = IndexModel(
            [("room.hash", ASCENDING)],
            name="room_hash",
            unique=True,
            partialFilterExpression={"room.hash": {"$gt": ""}},
        )
        await self._aggregates.ensure_indexes(
            [IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant"), room]
        )

    async def get_with_figures(self, scope: TenantScope, id: str) -> StoredAssessment | None:
        """An assessment with its figures."""
        stored = await self._aggregates.load(scope, id, self._whole)
        return None if stored is None else self.read(stored)

    async def list_page(
        self, scope: TenantScope, limit: int, after: str | None, archived: bool
    ) -> list[StoredAssessment]:
        """Assessments that were not deleted, by id; the archived ones apart."""
        condition = scope.filter(
            deleted_at=None,
            archived_at={"$ne": None} if archived else None,
            **({"_id": {"$gt": after}} if after else {}),
        )
        return await self._find(condition, limit=limit)

    async def existing(self, scope: TenantScope, ids: Collection[str]) -> set[str]:
        """The ids among these that were not deleted."""
        return set(await self._ids(scope.filter(_id={"$in": list(ids)}, deleted_at=None)))

    async def of_room(self, hash: str) -> StoredAssessment | None:
        """The assessment whose room a link opens: found without a tenant, because the code behind the hash is the right to it."""
        stored = await self.collection.find_one({"room.hash": hash}, self._fields)
        return None if stored is None else from_stored(StoredAssessment, stored)
