"""Gatherings as they are stored, for reading. Their seats are decided by `services.registration.seats`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pymongo import ASCENDING, IndexModel

from chassis.messaging.outbox import counter
from chassis.storage.aggregates import Aggregates
from chassis.storage.documents import from_stored
from chassis.storage.mongo import Document
from chassis.storage.pagination import unknown_place
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope
from contracts.registration import TOPIC
from services.registration.domain.ledger import Ledger
from services.registration.gatherings.documents import Gathering, Head, Titled
from services.registration.json_values import values
from services.registration.seats.documents import ledger_of

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
OPEN_TO = ("residents", "staff", "municipalities", "invited")
FILTERS: dict[str, Callable[[str], Document]] = {
    "kind": lambda value: {"facts.kind": value},
    "mode": lambda value: {"facts.mode": {"$in": [value] if value == "hybrid" else [value, "hybrid"]}},
    "support": lambda value: {"facts.support.id": value},
}
AT_FIRST: Document = {"claims": {}, "gone": {}, "next_turn": 1}
"""The seat ledger of a new gathering."""


class GatheringRepository(Repository[Gathering]):
    """The collection of gatherings of all municipalities."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(Gathering, aggregates)
        self.collection = aggregates.collection

    async def ensure_indexes(self) -> None:
        series = [("tenant", ASCENDING), ("series", ASCENDING)]
        in_series = IndexModel(series, name="series", partialFilterExpression={"series": {"$exists": True}})
        await self._aggregates.ensure_indexes([INDEX, in_series])

    def _new(self, scope: TenantScope, document: Gathering) -> Document:
        # Facts are stored with what is empty: lists are filtered by them.
        return AT_FIRST | super()._new(scope, document) | {"facts": values(document.facts)}

    async def heads(self, keys: Sequence[tuple[str, str]]) -> Sequence[Head | None]:
        """Gatherings without their claims, by (tenant, id), in their order."""
        condition = {"_id": {"$in": [id for _, id in keys]}, "tenant": {"$in": [tenant for tenant, _ in keys]}}
        projection = {"tenant": 1, "version": 1, "published_at": 1, "due_at": 1}
        heads = {
            (document["tenant"], document["_id"]): Head(
                document["version"], document.get("published_at") is not None, document.get("due_at")
            )
            for document in await self.collection.find(condition, projection).to_list(None)
        }
        return [heads.get(key) for key in keys]

    async def with_version(self, scope: TenantScope, id: str) -> tuple[int, Gathering] | None:
        """A gathering and which version of it this is."""
        document = await self._aggregates.load(scope, id, {**self._fields, "version": 1})
        return None if document is None else (document["version"], from_stored(Gathering, document))

    async def with_ledger(self, scope: TenantScope, id: str) -> tuple[Gathering, Ledger] | None:
        """A gathering and all claims on its seats."""
        document = await self._aggregates.load(scope, id)
        return None if document is None else (from_stored(Gathering, document), ledger_of(document))

    async def events_decided(self, scope: TenantScope, id: str) -> int | None:
        """How many events about its seats there are; None where it never was published."""
        document = await self._aggregates.load(scope, id, {"seq": 1, "published_at": 1})
        if document is None or not document.get("published_at"):
            return None
        decided: int = (document.get("seq") or {}).get(counter(TOPIC, id), 0)
        return decided

    async def titles(self, scope: TenantScope, ids: Collection[str]) -> dict[str, Titled]:
        """Title and start, by id."""
        projection = {"facts.title": 1, "facts.starts_at": 1}
        documents = await self.collection.find(scope.filter(_id={"$in": list(ids)}), projection).to_list(None)
        return {one["_id"]: Titled(one["facts"]["title"], one["facts"]["starts_at"]) for one in documents}

    async def coming(self, scope: TenantScope, now: datetime, limit: int) -> list[str]:
        """Ids of published gatherings that have not ended, those first that end first. Answered by the index alone."""
        condition = scope.filter(status="published")
        condition |= {"facts.open_to": {"$in": list(OPEN_TO)}, "facts.ends_at": {"$gt": now}}
        documents = await self.collection.find(condition, {"_id": 1}).sort(BY_TIME).limit(limit).to_list(None)
        return [one["_id"] for one in documents]

    async def of_series(self, scope: TenantScope, series: str, limit: int = 200) -> list[Gathering]:
        """The gatherings of a series, in the order of their ids."""
        return sorted(await self._find(scope.filter(series=series), (), limit), key=lambda one: one.id)

    async def ended_after(
        self, scope: TenantScope, moment: datetime, statuses: Sequence[str], open_to: Sequence[str], limit: int
    ) -> list[Gathering]:
        """Gatherings in these states, in the order in which they end."""
        condition = scope.filter(status={"$in": list(statuses)})
        condition |= {"facts.open_to": {"$in": list(open_to)}, "facts.ends_at": {"$gt": moment}}
        return await self._find(condition, BY_TIME, limit)

    async def for_calendar(self, scope: TenantScope, now: datetime) -> list[Gathering]:
        """Gatherings for residents that were published, cancelled ones too, of the last month and to come."""
        condition = scope.filter(status={"$in": ["published", "cancelled"]}, published_at={"$exists": True})
        condition |= {"facts.open_to": "residents", "facts.ends_at": {"$gt": now - timedelta(days=30)}}
        return await self._find(condition, BY_TIME, 500)

    async def for_calendar_of(self, scope: TenantScope, id: str) -> list[Gathering]:
        """The one with this id, and those for residents of the series with this id, that were published, cancelled ones too; in the order in
        which they end."""
        gathering, series = await self.get(scope, id), await self.of_series(scope, id)
        by_id = {one.id: one for one in series if one.facts.open_to == "residents"}
        if gathering is not None:
            by_id[id] = gathering
        published = (one for one in by_id.values() if one.published_at and one.status != "draft")
        return sorted(published, key=lambda one: (one.facts.ends_at, one.id))

    async def published(
        self,
        scope: TenantScope,
        now: datetime,
        limit: int,
        after: str | None,
        open_to: Sequence[str],
        filters: Mapping[str, str],
    ) -> list[Gathering]:
        """Published gatherings that have not ended, in the order in which they end. Raises Problem 422: the cursor is none."""
        condition = scope.filter(status="published")
        condition |= {"facts.open_to": {"$in": list(open_to)}, "facts.ends_at": {"$gt": now}}
        for name, value in filters.items():
            condition |= FILTERS[name](value)
        if after:
            condition |= _after(after, now)
        return await self._find(condition, BY_TIME, limit)


def _after(cursor: str, now: datetime) -> Document:
    moment, _, id = cursor.partition(".")
    try:
        ends_at = datetime.fromtimestamp(int(moment) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise unknown_place() from None
    further = [{"facts.ends_at": {"$gt": ends_at}}, {"facts.ends_at": ends_at, "_id": {"$gt": id}}]
    return {"facts.ends_at": {"$gte": max(ends_at, now)}, "$or": further}
