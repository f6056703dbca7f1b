"""Tenant offboarding: everything a service holds of a tenant that left is deleted, and a receipt event says what was.

The deletion is carried out again after an hour, a day and a week: events of other aggregates may come late and bring rows back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from chassis.clock import Clock
from chassis.messaging.outbox import Outgoing
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import of_document
from contracts.envelope import Event

REPEAT_AFTER = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))
SOON = timedelta(seconds=1)
REMAINS = "events without names, addresses or answers, from which figures can be counted again"
COLLECTION = "departures"


@dataclass(frozen=True)
class TenantOffboarding:
    """What a service does at the offboarding of a tenant.

    `receipt` makes its event of (slug, removed: documents by collection, remains). `before` is carried out first and may be
    repeated: what has to be told while it is still known. `keep`: collections that are not touched.
    """

    receipt: Callable[..., Event]
    before: Callable[[Document], Awaitable[None]] | None = None
    keep: frozenset[str] = frozenset()
    remains: tuple[str, ...] = (REMAINS,)


class TenantOffboardings:
    """Carries out the offboardings of a service: one document a tenant, due until the last repeat."""

    def __init__(
        self, database: Database, offboardings: Aggregates, offboarding: TenantOffboarding, clock: Clock
    ) -> None:
        self._database = database
        self._offboardings = offboardings
        self._offboarding = offboarding
        self._clock = clock

    async def carry_out(self, document: Document) -> None:
        """Delete the tenant's documents; one whose events still wait to be published is deleted later."""
        scope, now = of_document(document), self._clock.now()
        if self._offboarding.before is not None:
            await self._offboarding.before(document)
        removed: Counter[str] = Counter()
        waiting = False
        for name in await self._database.collections():
            if name == COLLECTION or name in self._offboarding.keep:
                continue
            collection = self._database[name]
            waiting = waiting or await collection.find_one(scope.filter(pending=True), {"_id": 1}) is not None
            deleted = await collection.delete_many(scope.filter(pending={"$ne": True}))
            removed[name] += deleted.deleted_count

        def decide(current: Document) -> Change:
            total = Counter(current.get("removed") or {}) + removed
            fields: Document = {"removed": dict(total)}
            if waiting:
                return Change(fields | {"due_at": now + SOON})
            events: list[Event] = []
            if not current.get("receipted_at"):
                fields["receipted_at"] = now
                event = self._offboarding.receipt(
                    slug=scope.tenant, removed=dict(total), remains=self._offboarding.remains
                )
                events = [event]
            sweeps_done = int(current["sweeps"])
            fields["sweeps"] = sweeps_done + 1
            if sweeps_done < len(REPEAT_AFTER):
                return Change(fields | {"due_at": now + REPEAT_AFTER[sweeps_done]}, events=_keyed(events, scope.tenant))
            return Change(fields, ["due_at"], _keyed(events, scope.tenant))

        await self._offboardings.execute(scope, document["_id"], decide, now)


def _keyed(events: list[Event], slug: str) -> list[Outgoing]:
    """Events under a key of their own, because the slug is the key of another aggregate in registration."""
    return [Outgoing(event, f"departure:{slug}") for event in events]
