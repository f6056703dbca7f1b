"""Leases in MongoDB: at most one process holds one, it is renewed while held, and free again soon after its holder died."""

from __future__ import annotations

from datetime import timedelta

from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.storage.mongo import Collection, DuplicateKeyError

DURATION = timedelta(seconds=5)


class Lease:
    """A named lease. Uses the machine's own clock: a shifted clock of a fault test must not steal leases."""

    def __init__(self, collection: Collection, name: str) -> None:
        self._collection = collection
        self._name = name
        self._owner = new_id()
        self._until = SystemClock().now()

    async def hold(self) -> bool:
        """Take or renew the lease; cheap while plenty of time is left. False: someone else holds it."""
        now = SystemClock().now()
        if self._until - now > DURATION / 2:
            return True
        until = now + DURATION
        try:
            result = await self._collection.update_one(
                {"_id": self._name, "$or": [{"owner": self._owner}, {"until": {"$lt": now}}]},
                {"$set": {"owner": self._owner, "until": until}},
                upsert=True,
            )
        except DuplicateKeyError:
            return False
        held = bool(result.matched_count or result.upserted_id is not None)
        if held:
            self._until = until
        return held

    async def release(self) -> None:
        """Give it up at once, so that the next process need not wait."""
        await self._collection.delete_one({"_id": self._name, "owner": self._owner})
        self._until = SystemClock().now()
