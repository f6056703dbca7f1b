"""The job that delivers what is due, shared out between workers, and measures what was not sent."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Sequence
from datetime import datetime

from chassis.clock import Clock
from chassis.jobs.range_leases import RangeLeases
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.jobs.tasks import run_together
from chassis.operations.metrics import Metrics
from chassis.storage.mongo import Document
from services.notifications.delivery.deliver import Deliver
from services.notifications.delivery.repository_day_limits import DayLimits
from services.notifications.messages.documents import OutboundMessage
from services.notifications.messages.repository import Messages, read_message
from services.notifications.messages.repository_due import DueMessages
from services.notifications.metrics import NotificationMetrics

MEASURED_EVERY = 5.0
"""Seconds between measurements of what was not sent."""
AT_ONCE = 64
OF_ONE_MUNICIPALITY = 32
"""Messages in delivery at once: a municipality whose own mail server is slow leaves room for others."""


class UnsentGauge:
    """Measures how many messages were tried and not sent, and since when the oldest waits: with the mail server away, due times move
    on, so that no job is ever late and only this tells of it."""

    def __init__(self, messages: Messages, metrics: NotificationMetrics) -> None:
        self._messages = messages
        self._metrics = metrics

    async def refresh(self, now: datetime) -> None:
        """Set the gauges to the number and age of unsent messages."""
        count, oldest = await self._messages.count_unsent()
        self._metrics.unsent.set(count)
        self._metrics.unsent_age.set(max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)


class DeliveryJob(ScheduledJob):
    """Delivers due messages of the ranges that this worker holds; those of one recipient one after the other."""

    def __init__(
        self,
        messages: Messages,
        due: DueMessages,
        deliver: Deliver,
        unsent: UnsentGauge,
        limits: DayLimits,
        leases: RangeLeases,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        super().__init__(
            "deliver", messages.collection, self._deliver_one, leases, clock, metrics, parallel=AT_ONCE, poll=0.1
        )
        self._due = due
        self.deliver = deliver
        self.unsent = unsent
        self.limits = limits
        self.leases = leases
        self._queues: dict[str, deque[Document]] = {}
        self._in_delivery: Counter[str] = Counter()
        self._measured = 0.0
        leases.on_gained = self.wake
        leases.in_use = lambda: {_range(document) for queue in self._queues.values() for document in queue}

    async def run(self) -> None:
        try:
            await run_together(super().run(), self.leases.keep())
        finally:
            for begun in (self.busy, self._queues, self._in_delivery):
                begun.clear()  # what was cancelled before its first step is still in there
            await self.leases.release()  # when nothing is in delivery any more

    async def begin_due(self) -> bool:
        now = self._clock.now()
        await self._refresh_figures(now)
        room = self.parallel - len(self.busy)
        if room <= 0:
            return True
        ranges, in_delivery, number = self.leases.open, self._in_delivery.copy(), 0
        async for due in self._due.by_rank(now, ranges, room, list(self.busy), in_delivery, OF_ONE_MUNICIPALITY):
            if not number:
                self.oldest.set((now - due[0]["due_at"]).total_seconds() if due else 0)
            number += len(due)
            for document in await self._without_predecessor(due, now):
                self._begin(document)
        return number == room

    def _begin(self, document: Document) -> None:
        contact = document["contact"]
        queue = self._queues.setdefault(contact, deque())
        task = self.busy[queue[0]["_id"]] if queue else asyncio.create_task(self._in_order(contact, queue))
        queue.append(document)
        self._in_delivery[document["tenant"]] += 1
        self.busy[document["_id"]] = task

    async def _in_order(self, contact: str, queue: deque[Document]) -> None:
        """Deliver the messages to one recipient, as they come in."""
        try:
            while queue:
                await self.attempt(queue[0])
                self._finish(queue.popleft())
                if queue and not await self._without_predecessor([queue[0]], self._clock.now()):
                    break  # the one before did not get out
        finally:
            del self._queues[contact]
            while queue:
                self._finish(queue.popleft())

    def _finish(self, document: Document) -> None:
        self.busy.pop(document["_id"], None)
        tenant = document["tenant"]
        self._in_delivery[tenant] -= 1
        if self._in_delivery[tenant] == OF_ONE_MUNICIPALITY // 2:
            self.wake()  # it had its share, and may have more
        if not self._in_delivery[tenant]:
            del self._in_delivery[tenant]

    async def _deliver_one(self, document: Document) -> None:
        number = _range(document)
        await self.deliver.carry_out(document, lambda: self.leases.holds(number))

    async def _without_predecessor(self, documents: Sequence[Document], now: datetime) -> list[Document]:
        """The messages that no earlier one to the same recipient holds up; the others wait for it."""
        if not documents:
            return []
        messages: list[OutboundMessage] = [read_message(document) for document in documents]
        held = await self._due.held_up(messages)
        await asyncio.gather(
            *(self.deliver.wait_for_predecessor(one, held[one.id], now) for one in messages if one.id in held)
        )
        return [document for document in documents if document["_id"] not in held]

    async def _refresh_figures(self, now: datetime) -> None:
        if time.monotonic() - self._measured >= MEASURED_EVERY:
            self._measured = time.monotonic()
            await asyncio.gather(self.unsent.refresh(now), self._due.place_former(), self.limits.refresh(now))


def _range(document: Document) -> int:
    return int(document.get("range") or 0)
