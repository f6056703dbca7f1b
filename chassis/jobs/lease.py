"""Leases in MongoDB: at most one process holds one, it is renewed while held, and free again soon after its holder died."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.jobs.heartbeat import stopping
from chassis.operations.logs import get_logger
from chassis.storage.mongo import Collection, DuplicateKeyError, is_unavailable

log = get_logger()

DURATION = timedelta(seconds=5)
RENEW_AFTER = DURATION.total_seconds() / 2
TRUSTED = 1.0
"""Seconds that have to be left of it for those who do not wait while somebody else in this process renews it."""
ASK_AGAIN = 0.5
"""Seconds between attempts while somebody else holds it, however many loops ask."""


async def keep_held(hold: Callable[[], Awaitable[bool]], name: str, renew_after: float, ask_again: float) -> None:
    """Hold leases until cancelled: `hold` says whether it has any, and is called again after so many seconds."""
    while not stopping():
        held = False
        try:
            held = await hold()
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.warning("lease waits for MongoDB", queue=name, error=type(error).__name__)
        await asyncio.sleep(renew_after if held else ask_again)


class Lease:
    """A named lease. Uses the machine's own clock: a shifted clock of a fault test must not steal leases."""

    def __init__(self, collection: Collection, name: str) -> None:
        self._collection = collection
        self._name = name
        self._owner = new_id()
        self._until = SystemClock().now()
        self._renewing = False
        self._ask_at = 0.0
        self.ask_again = ASK_AGAIN
        self.on_gained: Callable[[], None] = lambda: None
        """Called when the lease became ours: whoever held it before may have left something undone."""

    async def hold(self) -> bool:
        """Take or renew the lease; cheap while plenty of time is left. False: someone else holds it."""
        now = SystemClock().now()
        # All loops of a worker find at the same moment that it is time to renew: one does, and none of the others waits for that.
        if (self._until - now).total_seconds() > (TRUSTED if self._renewing else RENEW_AFTER):
            return True
        if time.monotonic() < self._ask_at:
            return False
        until = now + DURATION
        self._renewing = True
        try:
            await self._collection.update_one(
                {"_id": self._name, "$or": [{"owner": self._owner}, {"until": {"$lt": now}}]},
                {"$set": {"owner": self._owner, "until": until}},
                upsert=True,
            )
        except DuplicateKeyError:
            self._ask_at = time.monotonic() + self.ask_again
            return False
        finally:
            self._renewing = False
        anew = self._until < now
        self._until = until
        if anew:
            self.on_gained()
        return True

    async def keep(self) -> None:
        """Hold it until cancelled, so that loops that use it may sleep."""
        await keep_held(self.hold, self._name, RENEW_AFTER, self.ask_again)

    async def release(self) -> None:
        """Give the lease up at once, so that the next process need not wait."""
        await self._collection.delete_one({"_id": self._name, "owner": self._owner})
        self._until = SystemClock().now()
