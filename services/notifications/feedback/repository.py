"""Repository of feedback."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database
from chassis.storage.repository import Decision, Repository
from chassis.storage.tenancy import TenantScope
from services.notifications.feedback.documents import Feedback


class FeedbackRepository(Repository[Feedback]):
    """Stores one document of counts for each gathering, created with the first answer."""

    def __init__(self, database: Database, wake_relay: Callable[[], None]) -> None:
        self._all = Aggregates(database, "feedback", wake_relay)
        super().__init__(Feedback, self._all)

    async def ensure_indexes(self) -> None:
        by_tenant = IndexModel([("tenant", ASCENDING), ("gathering", ASCENDING)], name="tenant")
        await self._all.ensure_indexes([by_tenant])

    async def find(self, scope: TenantScope, gathering: str) -> Feedback | None:
        return await self.get(scope, _id(scope, gathering))

    async def update(
        self, scope: TenantScope, gathering: str, decide: Callable[[Feedback], Decision[Feedback] | None], now: datetime
    ) -> None:
        """Change the feedback on a gathering, creating it where there is none."""
        empty = Feedback(id=_id(scope, gathering), tenant=scope.tenant, gathering=gathering)
        await self.change_or_begin(scope, empty, decide, now)


def _id(scope: TenantScope, gathering: str) -> str:
    return f"{scope.tenant}:{gathering}"
