"""Repositories of reminder plans, and of watches for calls and letters that wait."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.aggregates import Aggregates
from chassis.storage.documents import from_stored
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.notifications.reminders.documents import ReminderPlan

COLLECTION = "reminder_plans"


class ReminderPlans:
    """Repository of reminder plans, which are due at the next reminder and when the gathering or the settings changed."""

    def __init__(self, database: Database) -> None:
        self._aggregates = Aggregates(database, COLLECTION)
        self.collection = self._aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    def read(self, document: Document) -> ReminderPlan:
        return from_stored(ReminderPlan, document)

    async def reschedule(
        self, scope: TenantScope, plan: ReminderPlan, done: tuple[str, ...], due_at: datetime | None
    ) -> None:
        """Store what was done, and when the plan is due next (None: not before the gathering changes). A change made meanwhile stays due."""
        unchanged = scope.filter(_id=plan.id, due_at=plan.due_at)
        if due_at is None:
            await self.collection.update_one(unchanged, {"$set": {"done": list(done)}, "$unset": {"due_at": ""}})
        else:
            await self.collection.update_one(unchanged, {"$set": {"done": list(done), "due_at": due_at}})

    async def reschedule_all(self, scope: TenantScope, now: datetime) -> None:
        """Make all plans of a municipality due, since it changed its reminder days."""
        await self.collection.update_many(scope.filter(), {"$set": {"due_at": now}})


class HandworkWatches:
    """Repository of watches, one for each municipality with calls or letters that wait: collection `hands_on_watches`."""

    def __init__(self, database: Database) -> None:
        self._aggregates = Aggregates(database, "hands_on_watches")
        self.collection = self._aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def start(self, scope: TenantScope, due_at: datetime) -> None:
        """Make the watch due, unless it is already."""
        watch = await self.collection.find_one(scope.filter(_id=scope.tenant), {"due_at": 1})
        if watch is None:
            new_watch = {"$setOnInsert": {"due_at": due_at}}
            await self.collection.update_one(scope.filter(_id=scope.tenant), new_watch, upsert=True)
        else:
            idle = scope.filter(_id=scope.tenant, due_at={"$exists": False})
            await self.collection.update_one(idle, {"$set": {"due_at": due_at}})

    async def reschedule(self, scope: TenantScope, due_at: datetime | None) -> None:
        """Set when the watch is due next; None: it ends."""
        change: Document = {"$set": {"due_at": due_at}} if due_at is not None else {"$unset": {"due_at": ""}}
        await self.collection.update_one(scope.filter(_id=scope.tenant), change)
