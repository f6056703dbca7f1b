"""Wakes the loops of a worker when another process writes, so that they need not ask again and again while nothing happens.

A MongoDB change stream is open only while it is quiet. The first change closes it, and for a moment the loops ask at short
intervals, as if it were not there: under load a stream would cost MongoDB more than their questions do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from chassis.jobs.heartbeat import stopping
from chassis.operations.logs import get_logger
from chassis.storage.mongo import Database, PyMongoError

log = get_logger()

BUSY = 2.0
"""Seconds after a change during which more are likely."""
RETRY = 5.0
UNINTERESTING = ("leases", "progress", "parked")
"""Collections whose changes give a loop nothing to do."""


class ChangeWatch:
    """Whether it is `quiet` in a service's database: then every change calls `wake`, and nobody has to poll."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake
        self.quiet = False

    async def run(self) -> None:
        """Watch until cancelled. Without a change stream the loops go on polling."""
        while not stopping():
            try:
                async with self._database.changes(UNINTERESTING) as changed:
                    self.quiet = True
                    self._wake()  # what changed before is seen by looking once more
                    await changed()
            except PyMongoError as error:
                log.warning("change stream ended", error=type(error).__name__)
                self.quiet = False
                await asyncio.sleep(RETRY)
                continue
            finally:
                self.quiet = False
            self._wake()
            await asyncio.sleep(BUSY)
