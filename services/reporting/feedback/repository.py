"""Reads the feedback on gatherings."""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from chassis.storage.documents import from_stored, projection_of
from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope
from services.reporting.feedback.documents import StoredFeedback

FEEDBACK = "feedback"
MOST = 500


class FeedbackRows:
    """One row a gathering."""

    def __init__(self, database: Database) -> None:
        self._rows = database[FEEDBACK]

    async def ensure_indexes(self) -> None:
        await self._rows.create_indexes([IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant")])

    async def list_all(self, scope: TenantScope) -> list[StoredFeedback]:
        rows = await self._rows.find(scope.filter(), projection_of(StoredFeedback)).limit(MOST).to_list(None)
        return [from_stored(StoredFeedback, row) for row in rows]
