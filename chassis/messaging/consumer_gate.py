"""A gate before each batch of events: closed for the seconds in which a read model is swapped (`chassis.messaging.rebuild`).

Whoever closes it raises its epoch. A batch that began before sees that before it records its progress, and begins again.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from chassis.clock import Clock
from chassis.storage.mongo import Database
from chassis.storage.tenancy import of_platform

COLLECTION, ID = "gates", "consumers"
POLL = 0.2
LONGEST = timedelta(minutes=2)
"""A gate that its closer did not open, because it died, opens by itself."""


class ConsumerGate:
    """The gate of one service."""

    def __init__(self, database: Database) -> None:
        self._gates = database[COLLECTION]

    async def epoch(self) -> int:
        """The number of the present epoch, which rises each time the gate is closed; the first is 1."""
        document = await self._gates.find_one({"_id": ID}, {"epoch": 1})
        return 1 + (int(document["epoch"]) if document else 0)

    async def wait_until_open(self, clock: Clock) -> int:
        """Wait until the gate is open; returns the epoch."""
        while True:
            document = await self._gates.find_one({"_id": ID})
            if document is None:
                return 1
            closed = document.get("closed_at")
            if closed is None or clock.now() - closed > LONGEST:
                return 1 + int(document["epoch"])
            await asyncio.sleep(POLL)

    async def close(self, clock: Clock) -> None:
        """Close the gate, which begins a new epoch."""
        platform = of_platform().tenant
        await self._gates.update_one(
            {"_id": ID}, {"$inc": {"epoch": 1}, "$set": {"closed_at": clock.now(), "tenant": platform}}, upsert=True
        )

    async def open(self) -> None:
        """Open the gate again."""
        await self._gates.update_one({"_id": ID}, {"$unset": {"closed_at": ""}})
