"""Reminds coordinators of calls and letters that have waited for a day."""

from __future__ import annotations

from datetime import timedelta

from chassis.clock import Clock
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.notifications.messages.enqueue import new_message
from services.notifications.messages.repository import Messages
from services.notifications.reminders.repository import HandworkWatches
from services.notifications.staff.fan_out import CoordinatorFanOut

STALE_AFTER = timedelta(hours=24)
"""For how long calls and letters may wait before coordinators are reminded of them, once a day."""


class StaleHandwork:
    """Use cases of the watch for stale calls and letters."""

    def __init__(
        self, watches: HandworkWatches, messages: Messages, coordinators: CoordinatorFanOut, clock: Clock
    ) -> None:
        self._watches = watches
        self._messages = messages
        self._coordinators = coordinators
        self._clock = clock

    async def watch(self, scope: TenantScope) -> None:
        """Start the watch with a call or letter that waits: it is due in a day. A watch that runs already is not changed."""
        await self._watches.start(scope, self._clock.now() + STALE_AFTER)

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
        await self._watches.reschedule(scope, now + STALE_AFTER if waiting else None)
