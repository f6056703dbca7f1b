"""Work that time brings: documents with a `due_at` are handled soon after it, at least once, by one process at a time.

The due time lives in the document it is about, written in the same write as the rest, so there is no timer that could be
lost or left behind. A handler moves or removes `due_at` in its own write; one that fails is tried again later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from chassis.clock import Clock
from chassis.logs import get_logger
from chassis.metrics import Metrics
from chassis.mongo import QUICK, Collection, Document, is_unavailable
from chassis.progress import Progress

log = get_logger()

LEASE = timedelta(seconds=6)
"""What a process was doing when it died is taken up by another after this long; while it lives, it renews in time."""
LONGEST_PAUSE = timedelta(minutes=10)


class DueWork:
    """One loop over one collection. `handle` gets the leased document; index `due` of `chassis.aggregates` serves it."""

    def __init__(
        self,
        name: str,
        collection: Collection,
        handle: Callable[[Document], Awaitable[None]],
        clock: Clock,
        metrics: Metrics,
        *,
        parallel: int = 16,
        poll: float = 0.5,
    ) -> None:
        self.name = name
        # Leases are quick writes: one that is lost with its server only means that something is handled once more.
        self._collection = collection.with_options(write_concern=QUICK)
        self._handle = handle
        self._clock = clock
        self._metrics = metrics
        self._parallel = parallel
        self._poll = poll
        self._wake = asyncio.Event()
        self.progress = Progress(f"due:{name}", metrics)

    def wake(self) -> None:
        """Something may be due now."""
        self._wake.set()

    async def run(self) -> None:
        """Handle what is due until cancelled."""
        while True:
            self._wake.clear()
            try:
                worked = await self.round()
                self.progress.mark()
            except Exception as error:
                if not is_unavailable(error):
                    raise
                log.warning("due work waits for MongoDB", queue=self.name, error=type(error).__name__)
                worked = 0
            if not worked:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._poll)

    async def round(self) -> int:
        """Handle what is due now; how many were tried."""
        now = self._clock.now()
        # A lease further ahead than any pause lasts was taken before the clock was set back.
        over = [
            {"leased_until": None},
            {"leased_until": {"$lt": now}},
            {"leased_until": {"$gt": now + 2 * LONGEST_PAUSE}},
        ]
        free = {"due_at": {"$lte": now}, "$or": over}
        due = await self._collection.find(free, {"due_at": 1}).sort("due_at", 1).limit(self._parallel * 4).to_list(None)
        self._metrics.due_age.labels(self.name).set((now - due[0]["due_at"]).total_seconds() if due else 0)
        gate = asyncio.Semaphore(self._parallel)

        async def one(id: str) -> None:
            async with gate:
                leased = await self._collection.find_one_and_update(
                    {"_id": id, **free}, {"$set": {"leased_until": self._clock.now() + LEASE}}, return_document=True
                )
                if leased is not None:
                    await self._attempt(leased)

        await asyncio.gather(*(one(document["_id"]) for document in due))
        return len(due)

    async def _attempt(self, document: Document) -> None:
        keeper = asyncio.create_task(self._keep(document["_id"]))
        try:
            await self._handle(document)
        except Exception as error:
            if is_unavailable(error):
                raise
            failures = int(document.get("failures", 0)) + 1
            pause = min(timedelta(seconds=2**failures), LONGEST_PAUSE)
            log.exception("due work failed", queue=self.name, aggregate=document["_id"], attempt=failures)
            self._metrics.due_handled.labels(self.name, "failed").inc()
            await self._collection.update_one(
                {"_id": document["_id"]},
                {"$set": {"failures": failures, "leased_until": self._clock.now() + pause}},
            )
            return
        finally:
            keeper.cancel()
        self._metrics.due_handled.labels(self.name, "done").inc()
        await self._collection.update_one({"_id": document["_id"]}, {"$unset": {"leased_until": "", "failures": ""}})

    async def _keep(self, id: str) -> None:
        """Renew the lease of something that takes long, such as a mail server that thinks."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            await self._collection.update_one({"_id": id}, {"$set": {"leased_until": self._clock.now() + LEASE}})
