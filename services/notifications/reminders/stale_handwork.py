"""Reminds coordinators of calls and letters that have waited for a day."""

from __future__ import annotations

from datetime import timedelta

from chassis.clock import Clock
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope, of_document
from services.notifications.messages.enqueue import new_message
from services.notifications.messages.repository import Messages
from services.notifications.staff.fan_out import CoordinatorFanOut

STALE_AFTER = timedelta(hours=24)
"""For how long calls and letters may wait before coordinators are reminded of them, once a day."""


class StaleHandwork:
    """Use case and repository of the watch for stale calls and letters: one document a municipality in `hands_on_watches`."""

    def __init__(self, database: Database, messages: Messages, coordinators: CoordinatorFanOut, clock: Clock) -> None:
        self._aggregates = Aggregates(database, "hands_on_watches")
        self.collection = self._aggregates.collection
        self._messages = messages
        self._coordinators = coordinators
        self._clock = clock

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def watch(self, scope: TenantScope) -> None:
        """Start the watch with a call or letter that waits: it is due in a day. A watch that runs already is not changed."""
        begin = {"$set": {"due_at": self._clock.now() + STALE_AFTER}}
        absent = scope.filter(_id=scope.tenant, due_at={"$exists": False})
        if await self.collection.find_one(scope.filter(_id=scope.tenant), {"due_at": 1}) is None:
            await self.collection.update_one(
                scope.filter(_id=scope.tenant), {"$setOnInsert": begin["$set"]}, upsert=True
            )
        else:
            await self.collection.update_one(absent, begin)

    async def carry_out(self, document: Document) -> None:
        """Remind the coordinators of calls and letters that have waited for a day."""
        scope, now = of_document(document), self._clock.now()
        calls = await self._messages.count(scope, "to_call", settled_at={"$lte": now - STALE_AFTER})
        letters = await self._messages.count(scope, "to_post", settled_at={"$lte": now - STALE_AFTER})
        if calls or letters:
            fields = {"tenant": scope.tenant, "due_at": now, "told": {"calls": calls, "letters": letters}}
            await self._messages.insert_if_absent(
                {
                    f"m-lying-{now.date()}-{contact}": new_message("hands-on-waiting", contact, now, **fields)
                    for contact in await self._coordinators.list_coordinators(scope)
                }
            )
        waiting = await self._messages.count(scope, "to_call") + await self._messages.count(scope, "to_post")
        change: Document = {"$set": {"due_at": now + STALE_AFTER}} if waiting else {"$unset": {"due_at": ""}}
        await self.collection.update_one(scope.filter(_id=document["_id"]), change)
