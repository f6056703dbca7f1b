"""Stores action plans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision, Repository
from chassis.storage.tenancy import TenantScope
from services.reporting.action_plans.documents import ActionPlan

MOST_PUBLIC = 50


class ActionPlanRepository(Repository[ActionPlan]):
    """Stores plans; a plan bears the id of its self-check."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(ActionPlan, aggregates)

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [IndexModel([("tenant", ASCENDING)], name="public", partialFilterExpression={"state.public": True})]
        )

    async def list_public(self, scope: TenantScope) -> list[ActionPlan]:
        """Plans that everybody may read."""
        return await self._find(scope.filter(**{"state.public": True}), limit=MOST_PUBLIC)

    async def upsert(
        self,
        scope: TenantScope,
        assessment: str,
        decide: Callable[[ActionPlan], Decision[ActionPlan] | None],
        now: datetime,
        key: IdempotencyKey | None = None,
    ) -> tuple[Any, bool] | None:
        """Change a self-check's plan, which there is from the first change on: what was decided as the answer, and whether it is
        that of an earlier request; None where the municipality is just leaving."""
        empty = ActionPlan(id=assessment, tenant=scope.tenant, changed_at=now)
        return await self.change_or_begin(scope, empty, decide, now, key)
