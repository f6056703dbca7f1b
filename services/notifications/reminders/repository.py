"""Repository of reminder plans."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.aggregates import Aggregates
from chassis.storage.documents import from_stored
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.notifications.reminders.documents import ReminderPlan

COLLECTION = "reminder_plans"


class ReminderPlans:
    """Plans that are due when time comes to a reminder, or when what they depend on changed."""

    def __init__(self, database: Database) -> None:
        self._aggregates = Aggregates(database, COLLECTION)
        self.collection = self._aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    def read(self, document: Document) -> ReminderPlan:
        return from_stored(ReminderPlan, document)

    async def next(
        self, scope: TenantScope, plan: ReminderPlan, done: tuple[str, ...], due_at: datetime | None
    ) -> None:
        """What was done, and when to look again; None: never, unless the gathering changes. A change meanwhile stays due."""
        unchanged = scope.filter(_id=plan.id, due_at=plan.due_at)
        if due_at is None:
            await self.collection.update_one(unchanged, {"$set": {"done": list(done)}, "$unset": {"due_at": ""}})
        else:
            await self.collection.update_one(unchanged, {"$set": {"done": list(done), "due_at": due_at}})

    async def reschedule_all(self, scope: TenantScope, now: datetime) -> None:
        """The municipality reminds on other days from now on."""
        await self.collection.update_many(scope.filter(), {"$set": {"due_at": now}})
