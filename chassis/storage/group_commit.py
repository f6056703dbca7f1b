"""Group commit: writes of concurrent requests go to the database together, each caller waits for its own.

A round takes everything that has queued up while the former round was on its way, and those that the event loop serves next: batches
grow with load by themselves, and a lone write waits for one pass of the loop. Where a round fails, its items are written one by one: a
bad one fails alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from prometheus_client import Histogram

from chassis.http.problems import busy
from chassis.operations import trace
from chassis.storage.mongo import is_unavailable
from chassis.text.translations import mark

T = TypeVar("T")
R = TypeVar("R")

MOST_QUEUED = 10_000
FULL_ROUND = 64
"""Items with which a round begins at once: what a round costs by itself is little for each of so many."""
BUSY = mark("Many people are changing this at the same moment. Please try again.")


class GroupCommit(Generic[T, R]):
    """Collects items and hands them to `flush`, which answers one result or exception per item, in order.

    `flush` may be given an item a second time, alone, after a round with it has failed: repeating it must do no harm.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[T]], Awaitable[Sequence[R | BaseException]]],
        limit: int = 256,
        size: Histogram | None = None,
        most_queued: int = MOST_QUEUED,
        linger: float = 0.0,
    ) -> None:
        """`linger`: seconds for which a round waits for others to join it, where nobody waits for what it writes."""
        self._flush = flush
        self._limit = limit
        self._size = size
        self._most_queued = most_queued
        self._linger = linger
        self._queue: list[tuple[T, asyncio.Future[R]]] = []
        self._running: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        """Nothing is queued or on its way."""
        return self._running is None and not self._queue

    async def submit(self, item: T) -> R:
        """Queue one item and wait until its round is written.

        Raises:
            Problem: 503 where too many wait already.
            whatever `flush` answered for this item, or what made its round fail.
        """
        if len(self._queue) >= self._most_queued:
            raise busy(BUSY)
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._queue.append((item, future))
        if self._running is None:
            self._running = asyncio.create_task(self._run_rounds())
        # A caller that hangs up must not cancel the round of the others: only its own future is cancelled.
        return await future

    async def _run_rounds(self) -> None:
        trace.begin(None)  # a round belongs to many requests, not to the one that happened to start it
        try:
            while self._queue:
                if self._linger and len(self._queue) < self._limit:
                    await asyncio.sleep(self._linger)
                await self._wait_for_joining()
                batch, self._queue = self._queue[: self._limit], self._queue[self._limit :]
                if self._size is not None:
                    self._size.observe(len(batch))
                results = await self._flush_items([item for item, _ in batch])
                for (_, future), result in zip(batch, results, strict=True):
                    if future.done():
                        continue
                    if isinstance(result, BaseException):
                        future.set_exception(result)
                    else:
                        future.set_result(result)
        finally:
            self._running = None

    async def _wait_for_joining(self) -> None:
        """Wait as long as each pass of the event loop brings more items: a command costs this process and the database as much for one
        item as for thirty."""
        waiting = 0
        while waiting < len(self._queue) < FULL_ROUND:
            waiting = len(self._queue)
            await asyncio.sleep(0)

    async def _flush_items(self, items: Sequence[T]) -> Sequence[R | BaseException]:
        """The result of each item. Together where that works; where MongoDB is away, alone would not work either."""
        try:
            return await self._flush(items)
        except Exception as error:  # noqa: BLE001 - handed to the callers of the round
            if len(items) == 1 or is_unavailable(error):
                return [error] * len(items)
        return [(await self._flush_items([item]))[0] for item in items]
