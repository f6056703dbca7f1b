"""Stores visits among peers."""

from __future__ import annotations

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.repository import Repository
from services.reporting.visits.documents import PeerVisit

MOST_PROPOSED = 200
"""By one municipality; what others propose to it takes none of these away."""
MOST_SHOWN = 1_000


class VisitRepository(Repository[PeerVisit]):
    """Stores visits, which several municipalities find."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(PeerVisit, aggregates)
        self.collection = aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [IndexModel([("concerns", ASCENDING), ("state.starts_at", DESCENDING)], name="concerns")]
        )

    async def get_in_any_tenant(self, id: str) -> PeerVisit | None:
        visits = await self._find({"_id": id}, limit=1)
        return visits[0] if visits else None

    async def list_of_municipality(self, slug: str) -> list[PeerVisit]:
        """Visits that concern a municipality, the latest first."""
        return await self._find({"concerns": slug}, [("state.starts_at", -1), ("_id", -1)], MOST_SHOWN)
