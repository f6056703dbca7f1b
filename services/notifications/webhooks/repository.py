"""Repositories of webhooks, of events for them, and of their deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.documents import from_stored, to_stored
from chassis.storage.mongo import Database, Document
from chassis.storage.repository import Repository, older_than
from chassis.storage.tenancy import TenantScope
from services.notifications.webhooks.documents import Webhook, WebhookDelivery

EVENTS = "webhook_events"
KEPT_DAYS = 30


class Webhooks(Repository[Webhook]):
    """Repository of the webhook endpoints of municipalities."""

    def __init__(self, database: Database) -> None:
        self.aggregates = Aggregates(database, "webhooks")
        super().__init__(Webhook, self.aggregates)
        self.tenants: frozenset[str] = frozenset()
        """Tenants with an endpoint, as of the last refresh: events of others are not stored."""

    async def ensure_indexes(self) -> None:
        await self.aggregates.ensure_indexes([IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant")])

    async def refresh_tenants(self) -> None:
        """Read which tenants have endpoints."""
        documents = await self.aggregates.collection.find({"disabled": None}, {"tenant": 1}).to_list(None)
        self.tenants = frozenset(document["tenant"] for document in documents)

    async def list_all(self, scope: TenantScope) -> list[Webhook]:
        return await self._find(scope.filter())

    async def remove(self, scope: TenantScope, id: str) -> bool:
        """Delete an endpoint; returns whether there was one."""
        return bool((await self.aggregates.collection.delete_one(scope.filter(_id=id))).deleted_count)


class WebhookEvents:
    """Repository of events that wait to be fanned out to endpoints."""

    def __init__(self, database: Database) -> None:
        self._aggregates = Aggregates(database, EVENTS)
        self.collection = self._aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def delete(self, scope: TenantScope, id: str) -> None:
        """Delete an event that was fanned out."""
        await self.collection.delete_one(scope.filter(_id=id))


class WebhookDeliveries(Repository[WebhookDelivery]):
    """Repository of deliveries, which are deleted after a month."""

    def __init__(self, database: Database) -> None:
        self.aggregates = Aggregates(database, "webhook_deliveries")
        super().__init__(WebhookDelivery, self.aggregates)

    async def ensure_indexes(self) -> None:
        newest = [("tenant", ASCENDING), ("webhook", ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)]
        kept = KEPT_DAYS * 24 * 3600
        await self.aggregates.ensure_indexes(
            [IndexModel(newest, name="newest"), IndexModel([("at", ASCENDING)], name="kept", expireAfterSeconds=kept)]
        )

    def read(self, document: Document) -> WebhookDelivery:
        return from_stored(WebhookDelivery, document)

    async def list_newest(
        self, scope: TenantScope, webhook: str, before: str | None, limit: int
    ) -> list[WebhookDelivery]:
        """Deliveries to an endpoint, the newest first, older than the one with the id `before`."""
        query = scope.filter(webhook=webhook)
        if before:
            newer = await self.get(scope, before)
            if newer is None or newer.webhook != webhook:
                return []
            query |= older_than(newer.at, newer.id)
        return await self._find(query, (("at", -1), ("_id", -1)), limit)

    async def list_failed(self, scope: TenantScope, webhook: str, limit: int) -> list[WebhookDelivery]:
        """Failed deliveries to an endpoint, in the order in which the events happened."""
        return await self._find(scope.filter(webhook=webhook, status="failed"), (("at", 1), ("_id", 1)), limit)

    async def count_failed(self, scope: TenantScope, webhook: str) -> int:
        """How many deliveries to an endpoint failed."""
        return await self.aggregates.collection.count_documents(scope.filter(webhook=webhook, status="failed"))

    async def insert_if_absent(self, deliveries: Sequence[WebhookDelivery], now: datetime) -> None:
        """Store deliveries that are not there yet."""
        for delivery in deliveries:
            fields = to_stored(delivery)
            id = fields.pop("_id")
            await self.aggregates.collection.update_one(
                {"_id": id}, {"$setOnInsert": {**fields, "version": 1, "due_at": now}}, upsert=True
            )
