"""Gatherings as they are stored, for reading. Their seats are decided by `services.registration.seats`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pymongo import ASCENDING, IndexModel

from chassis.http.problems import FieldError, invalid
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope

BY_TIME = [("facts.ends_at", 1), ("_id", 1)]
INDEX = IndexModel(
    [
        ("tenant", ASCENDING),
        ("status", ASCENDING),
        ("facts.open_to", ASCENDING),
        ("facts.ends_at", ASCENDING),
        ("_id", ASCENDING),
    ],
    name="by_time",
)
"""Serves every list of gatherings: of the public, of the desk, of the calendar."""
OPEN_TO = ("residents", "staff", "municipalities")
FILTERS: dict[str, Callable[[str], Document]] = {
    "kind": lambda value: {"facts.kind": value},
    "mode": lambda value: {"facts.mode": {"$in": [value] if value == "hybrid" else [value, "hybrid"]}},
    "support": lambda value: {"facts.support.id": value},
}
SHOWN = {
    "version": 1,
    "series": 1,
    "cancelled_because": 1,
    "seed": 1,
    "seed_commitment": 1,
    "revision": 1,
    "facts": 1,
    "status": 1,
    "taken": 1,
    "waiting": 1,
    "booked": 1,
    "due_at": 1,
    "tenant": 1,
    "published_at": 1,
    "drawn_at": 1,
    "withdrawn": 1,
}
"""What is shown of a gathering: all but its claims."""


class GatheringRepository:
    """The collection of gatherings of all municipalities."""

    def __init__(self, aggregates: Aggregates) -> None:
        self._all = aggregates

    async def ensure_indexes(self) -> None:
        series = [("tenant", ASCENDING), ("series", ASCENDING)]
        in_series = IndexModel(series, name="series", partialFilterExpression={"series": {"$exists": True}})
        await self._all.ensure_indexes([INDEX, in_series])

    async def heads(self, keys: Sequence[tuple[str, str]]) -> Sequence[Document | None]:
        """Version, publication and due time of (tenant, id), in their order."""
        condition = {"_id": {"$in": [id for _, id in keys]}, "tenant": {"$in": [tenant for tenant, _ in keys]}}
        heads = {"tenant": 1, "version": 1, "published_at": 1, "due_at": 1}
        found = await self._all.collection.find(condition, heads).to_list(None)
        by_key = {(document["tenant"], document["_id"]): document for document in found}
        return [by_key.get(key) for key in keys]

    async def one(self, scope: TenantScope, id: str) -> Document | None:
        """Without its claims: however many are registered, it costs the same."""
        return await self._all.load(scope, id, SHOWN)

    async def whole(self, scope: TenantScope, id: str) -> Document | None:
        """With its claims."""
        return await self._all.load(scope, id)

    async def titles(self, scope: TenantScope, ids: Collection[str]) -> dict[str, Document]:
        """Title and start, by id."""
        shown = {"facts.title": 1, "facts.starts_at": 1}
        found = await self._all.collection.find(scope.filter(_id={"$in": list(ids)}), shown).to_list(None)
        return {one["_id"]: one["facts"] for one in found}

    async def coming(self, scope: TenantScope, now: datetime, limit: int) -> list[str]:
        """Ids of published gatherings that have not ended, those first that end first. Answered by the index alone."""
        condition = scope.filter(status="published")
        condition |= {"facts.open_to": {"$in": list(OPEN_TO)}, "facts.ends_at": {"$gt": now}}
        found = await self._all.collection.find(condition, {"_id": 1}).sort(BY_TIME).limit(limit).to_list(None)
        return [one["_id"] for one in found]

    async def of_series(self, scope: TenantScope, series: str, limit: int = 200) -> list[Document]:
        """By id."""
        found = await self._all.collection.find(scope.filter(series=series), SHOWN).limit(limit).to_list(None)
        return sorted(found, key=lambda one: str(one["_id"]))

    async def ended_after(
        self, scope: TenantScope, moment: datetime, statuses: Sequence[str], open_to: Sequence[str], limit: int
    ) -> list[Document]:
        """In these states, in the order in which they end."""
        condition = scope.filter(status={"$in": list(statuses)})
        condition |= {"facts.open_to": {"$in": list(open_to)}, "facts.ends_at": {"$gt": moment}}
        return await self._all.collection.find(condition, SHOWN).sort(BY_TIME).limit(limit).to_list(None)

    async def for_calendar(self, scope: TenantScope, now: datetime) -> list[Document]:
        """Those for residents that were published, cancelled ones too, of the last month and to come."""
        condition = scope.filter(status={"$in": ["published", "cancelled"]}, published_at={"$exists": True})
        condition |= {"facts.open_to": "residents", "facts.ends_at": {"$gt": now - timedelta(days=30)}}
        return await self._all.collection.find(condition, SHOWN).sort(BY_TIME).limit(500).to_list(None)

    async def published(
        self,
        scope: TenantScope,
        now: datetime,
        limit: int,
        after: str | None,
        open_to: Sequence[str],
        filters: Mapping[str, str],
    ) -> list[Document]:
        """Those that have not ended, in the order in which they end. Raises Problem 422: the cursor is none."""
        condition = scope.filter(status="published")
        condition |= {"facts.open_to": {"$in": list(open_to)}, "facts.ends_at": {"$gt": now}}
        for name, value in filters.items():
            condition |= FILTERS[name](value)
        if after:
            condition |= _after(after, now)
        return await self._all.collection.find(condition, SHOWN).sort(BY_TIME).limit(limit).to_list(None)


def _after(cursor: str, now: datetime) -> Document:
    moment, _, id = cursor.partition(".")
    try:
        ends_at = datetime.fromtimestamp(int(moment) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise invalid(FieldError("/cursor", "Use the cursor of the page before.")) from None
    further = [{"facts.ends_at": {"$gt": ends_at}}, {"facts.ends_at": ends_at, "_id": {"$gt": id}}]
    return {"facts.ends_at": {"$gte": max(ends_at, now)}, "$or": further}
