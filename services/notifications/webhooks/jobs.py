"""The job that delivers to webhooks; beside it each worker refreshes which tenants have endpoints."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.storage.mongo import PyMongoError
from services.notifications.webhooks.deliver import DeliverWebhooks
from services.notifications.webhooks.repository import WebhookDeliveries, Webhooks

REFRESH_EVERY = 5.0
"""Seconds after which a new endpoint hears of events."""


class WebhookJob(ScheduledJob):
    """Makes the due attempts."""

    def __init__(
        self, webhooks: Webhooks, deliveries: WebhookDeliveries, deliver: DeliverWebhooks, *timing: Any
    ) -> None:
        collection = deliveries.aggregates.collection
        super().__init__("deliver-webhooks", collection, deliver.carry_out, *timing, poll=1)
        self._webhooks = webhooks

    async def run(self) -> None:
        refreshing = asyncio.create_task(self._refresh_tenants())
        try:
            await super().run()
        finally:
            refreshing.cancel()
            with suppress(asyncio.CancelledError):
                await refreshing

    async def _refresh_tenants(self) -> None:
        while True:
            with suppress(PyMongoError):  # the tenants read last stay until MongoDB answers again
                await self._webhooks.refresh_tenants()
            await asyncio.sleep(REFRESH_EVERY)
