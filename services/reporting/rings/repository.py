"""Stores rings."""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.repository import Repository
from services.reporting.rings.documents import Ring

MOST_OF_ONE = 100


class RingRepository(Repository[Ring]):
    """Stores rings; they belong to the platform."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(Ring, aggregates)

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [
                IndexModel([("state.members", ASCENDING)], name="members"),
                IndexModel([("state.invited", ASCENDING)], name="invited"),
            ]
        )

    async def list_of_member(self, slug: str) -> list[Ring]:
        """Rings that a municipality belongs to."""
        return await self._find({"state.members": slug}, limit=MOST_OF_ONE)

    async def list_inviting(self, slug: str) -> list[Ring]:
        """Rings that ask a municipality to join."""
        return await self._find({"state.invited": slug}, limit=MOST_OF_ONE)
