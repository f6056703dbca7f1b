"""Scheduled jobs: documents with a `due_at` are handled soon after that time, at least once.

The due time lives in the document it is about, written in the same write as the rest, so there is no timer that could be
lost or left behind. A handler moves or removes `due_at` in its own write; one that fails is tried again later. Under the
worker's lease, so that one process of a service does this: nothing has to be claimed document by document.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from chassis.clock import Clock, ShiftedClock
from chassis.jobs.heartbeat import Heartbeat, stopping
from chassis.operations import trace
from chassis.operations.logs import get_logger
from chassis.operations.metrics import Metrics
from chassis.storage.mongo import QUICK, Collection, Document, PyMongoError, is_unavailable

log = get_logger()

FAILURES = "failures"
"""How often a document's job failed in a row."""
FAILURE = "failure"
"""The kind of the last failure."""
SET_ASIDE = "set_aside"
"""Since when (`at`) nobody tries the document any more, and of which `job`."""
LONGEST_PAUSE = timedelta(minutes=10)
LONGEST_SLEEP = 60.0
"""Seconds after which a job looks even if nobody woke it: a second look costs little, and nothing is left to the change stream alone."""

LAST_SECONDS = 3.0
"""How long handlers that are at work may take to end when the process stops; shorter than `chassis.jobs.tasks.CANCEL_AGAIN_AFTER`."""


class Holder(Protocol):
    """Decides whether this process is to do the work (`Lease`, `RangeLeases`)."""

    async def hold(self) -> bool:
        """Whether it is to do the work at this moment."""
        ...


class ScheduledJob:
    """One loop over one collection, `parallel` documents at a time. Index `due_work` of `chassis.storage.aggregates` serves it.

    `field`: where documents that time changes for two unlike reasons keep the second due time; it needs an index of its own.
    `brief`: the handler is given the document's id and tenant alone; the rest of a large document is not read.
    """

    def __init__(
        self,
        name: str,
        collection: Collection,
        handle: Callable[[Document], Awaitable[None]],
        lease: Holder,
        clock: Clock,
        metrics: Metrics,
        *,
        parallel: int = 16,
        poll: float = 0.5,
        field: str = "due_at",
        brief: bool = False,
    ) -> None:
        self.name = name
        self.collection = collection.name
        self.field = field
        self.parallel = parallel
        self.documents = collection
        self._collection = collection.with_options(write_concern=QUICK)
        self.handle = handle
        self._lease = lease
        self._clock = clock
        self._metrics = metrics
        self._done_count = metrics.due_handled.labels(name, "done")
        self.oldest = metrics.due_age.labels(name)
        """How late the most overdue document is."""
        self.poll = poll
        self._fields = dict.fromkeys(("tenant", "trace", FAILURES, field), 1) if brief else None
        self._wake = asyncio.Event()
        self.is_quiet: Callable[[], bool] = lambda: False
        """Whether every change is reported by `wake` (`chassis.jobs.change_watch`); a clock that jumps reports nothing."""
        self.busy: dict[str, asyncio.Task[None]] = {}
        self.heartbeat = Heartbeat(f"due:{name}", metrics)

    def wake(self) -> None:
        """Look now, because something may be due."""
        self._wake.set()

    async def run(self) -> None:
        """Handle what is due, while the lease is ours, until cancelled."""
        try:
            while not stopping():
                self._wake.clear()
                has_more = False
                try:
                    has_more = await self.begin_due() if await self._lease.hold() else False
                except Exception as error:
                    if not is_unavailable(error):
                        raise
                    log.warning("due work waits for MongoDB", queue=self.name, error=type(error).__name__)
                if len(self.busy) < self.parallel:
                    self.heartbeat.beat()
                if has_more or self.busy:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self.poll):
                            await (self._wait_for_room() if has_more else self._wake.wait())
                else:
                    await self._sleep(await self.pause())
        finally:
            await self._end_of_handlers()

    async def _end_of_handlers(self) -> None:
        """Waits for running handlers: a mail that was half handed over would go out a second time."""
        running = set(self.busy.values())
        if running:
            _, running = await asyncio.wait(running, timeout=LAST_SECONDS)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def due_query(self, now: datetime) -> Document:
        """The MongoDB filter for documents that are due and not being handled."""
        waiting: Document = {self.field: {"$lte": now}}
        if self.busy:
            waiting["_id"] = {"$nin": list(self.busy)}  # an empty list would let MongoDB walk through all ids instead
        return waiting

    async def pause(self) -> float:
        """Seconds until something may be due that nobody reports: while it is quiet, until the next due time that is known."""
        if not self.is_quiet() or isinstance(self._clock, ShiftedClock):
            return self.poll
        try:
            if not await self._lease.hold():
                return self.poll
            coming = {self.field: {"$gt": self._clock.now()}}
            following = await self._collection.find(coming, {self.field: 1}).sort(self.field, 1).limit(1).to_list(None)
        except PyMongoError:
            return self.poll
        until = (following[0][self.field] - self._clock.now()).total_seconds() if following else LONGEST_SLEEP
        return min(max(until, 0.0), LONGEST_SLEEP)

    async def _sleep(self, seconds: float) -> None:
        """Sleep until somebody wakes this job, at most so long."""
        self.heartbeat.rest(seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        self.heartbeat.beat()

    async def begin_due(self) -> bool:
        """Start handling what is due as far as there is room; returns whether there may be more."""
        room = self.parallel - len(self.busy)
        if not room:
            return True
        now = self._clock.now()
        cursor = self._collection.find(self.due_query(now), self._fields).sort(self.field, 1)
        due = await cursor.limit(room).to_list(None)
        self.oldest.set((now - due[0][self.field]).total_seconds() if due else 0)
        for document in due:
            task = asyncio.create_task(self.attempt(document))
            self.busy[document["_id"]] = task
            task.add_done_callback(lambda _, id=document["_id"]: self.busy.pop(id))  # type: ignore[misc]
        return len(due) == room

    async def _wait_for_room(self) -> None:
        """Wait until half of the running handlers are done, so that the next query fetches several documents."""
        while len(self.busy) > self.parallel // 2:
            await asyncio.wait(self.busy.values(), return_when=asyncio.FIRST_COMPLETED)

    async def attempt(self, document: Document) -> None:
        """Handle one document; where that fails, note it and put it off."""
        trace.begin(document.get("trace"))
        try:
            await self.handle(document)
            self._done_count.inc()
            if document.get(FAILURES):
                await self._collection.update_one({"_id": document["_id"]}, {"$unset": {FAILURES: "", FAILURE: ""}})
        except Exception as error:
            if is_unavailable(error):
                log.warning("due work waits for MongoDB", queue=self.name, error=type(error).__name__)
                return
            failures = int(document.get(FAILURES, 0)) + 1
            log.exception("due work failed", queue=self.name, aggregate=document["_id"], attempt=failures)
            self._metrics.due_handled.labels(self.name, "failed").inc()
            next_attempt = self._clock.now() + min(timedelta(seconds=2**failures), LONGEST_PAUSE)
            with suppress(Exception):  # where even this fails, it stays due
                await self._collection.update_one(
                    {"_id": document["_id"]},
                    {"$set": {FAILURES: failures, FAILURE: type(error).__name__, self.field: next_attempt}},
                )
