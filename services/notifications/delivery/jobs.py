"""The job that delivers what is due, and measures what did not get out."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from chassis.jobs.scheduled_jobs import ScheduledJob
from services.notifications.delivery.deliver import Deliver
from services.notifications.messages.repository import Messages
from services.notifications.metrics import NotificationMetrics

MEASURED_EVERY = 5.0
"""Seconds between looks at what did not get out."""


class UnsentGauge:
    """How many messages were tried and did not get out, and since when the oldest waits: with the mail server away, due times move
    on, so that no job is ever late and only this tells of it."""

    def __init__(self, messages: Messages, metrics: NotificationMetrics) -> None:
        self._messages = messages
        self._metrics = metrics
        self._measured = 0.0

    async def refresh(self, now: datetime) -> None:
        """Measure, unless that was done just now."""
        if time.monotonic() - self._measured < MEASURED_EVERY:
            return
        self._measured = time.monotonic()
        count, oldest = await self._messages.unsent()
        self._metrics.unsent.set(count)
        self._metrics.unsent_age.set(max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)


class DeliveryJob(ScheduledJob):
    """Delivers due messages."""

    def __init__(self, messages: Messages, deliver: Deliver, unsent: UnsentGauge, *timing: Any) -> None:
        super().__init__("deliver", messages.collection, deliver.carry_out, *timing, poll=0.1)
        self._deliver = deliver
        self._unsent = unsent

    async def _begin(self) -> bool:
        await self._unsent.refresh(self._deliver.now())
        return await super()._begin()
