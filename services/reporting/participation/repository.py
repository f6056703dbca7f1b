"""Reads gatherings and participants, and keeps the frozen state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, ReplaceOne

from chassis.storage.documents import from_stored, projection_of, to_stored
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.reporting.domain.participation import PRESENT
from services.reporting.domain.small_counts import Count
from services.reporting.participation.documents import FrozenGathering, Gathering, Participant

FREEZINGS = "freezings"
FROZEN = "frozen_gatherings"
MOST_GATHERINGS = 2_000


@dataclass(frozen=True, slots=True)
class Grouped:
    """Groups of participants by gathering and one thing they have in common."""

    gathering: str
    key: str
    count: Count
    at: datetime


class ParticipationRepository:
    """Rows that registration's events left, summed; nothing is counted up by events, so nothing can be counted twice."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gatherings = database["gatherings"]
        self._participants = database["participants"]
        self._frozen = database[FROZEN]
        self.freezings = database[FREEZINGS]

    async def ensure_indexes(self) -> None:
        by_tenant = IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant")
        of_gathering = IndexModel([("tenant", ASCENDING), ("gathering", ASCENDING)], name="gathering")
        due = IndexModel(
            [("due_at", ASCENDING)], name="due_work", partialFilterExpression={"due_at": {"$exists": True}}
        )
        await self._participants.create_indexes([of_gathering])
        await self._gatherings.create_indexes([by_tenant])
        await self._frozen.create_indexes([by_tenant])
        await self.freezings.create_indexes([due])

    async def list_gatherings(self, scope: TenantScope) -> list[Gathering]:
        """Gatherings in the order of their beginning."""
        rows = (
            await self._gatherings.find(scope.filter(title={"$exists": True}), projection_of(Gathering))
            .sort("starts_at")
            .limit(MOST_GATHERINGS)
            .to_list(None)
        )
        return [from_stored(Gathering, row) for row in rows]

    async def get_participant(self, scope: TenantScope, id: str) -> Participant | None:
        row = await self._participants.find_one(scope.filter(_id=id), projection_of(Participant))
        return None if row is None else from_stored(Participant, row)

    async def count_by_status(self, scope: TenantScope) -> list[Grouped]:
        """All groups by gathering and status."""
        return await self._count_groups(scope, "$status", {})

    async def count_by_language(self, scope: TenantScope) -> list[Grouped]:
        return await self._count_groups(scope, "$language", _TAKES_PART)

    async def count_by_channel(self, scope: TenantScope) -> list[Grouped]:
        return await self._count_groups(scope, "$channel", _TAKES_PART)

    async def count_by_support(self, scope: TenantScope) -> list[Grouped]:
        return await self._count_groups(scope, "$support", _TAKES_PART, unwind=True)

    async def _count_groups(self, scope: TenantScope, key: str, match: Document, unwind: bool = False) -> list[Grouped]:
        pipeline: list[Document] = [
            {"$match": scope.filter(**match)},
            *([{"$unwind": key}] if unwind else []),
            {
                "$group": {
                    "_id": {"gathering": "$gathering", "key": key},
                    "groups": {"$sum": 1},
                    "people": {"$sum": "$size"},
                    "at": {"$max": "$at"},
                }
            },
        ]
        rows = await self._database.aggregate("participants", pipeline)
        return [
            Grouped(row["_id"]["gathering"], row["_id"]["key"], Count(row["groups"], row["people"]), row["at"])
            for row in rows
        ]

    async def get_frozen(self, scope: TenantScope) -> dict[str, FrozenGathering]:
        """Frozen figures by gathering."""
        rows = (
            await self._frozen.find(scope.filter(), projection_of(FrozenGathering)).limit(MOST_GATHERINGS).to_list(None)
        )
        return {row["_id"]: from_stored(FrozenGathering, row) for row in rows}

    async def get_all_frozen(self) -> list[FrozenGathering]:
        """Frozen figures of all municipalities, for the programme office."""
        rows = await self._frozen.find({}, projection_of(FrozenGathering)).to_list(None)
        return [from_stored(FrozenGathering, row) for row in rows]

    async def freeze(
        self, scope: TenantScope, frozen: Sequence[FrozenGathering], now: datetime, next_at: datetime
    ) -> None:
        """Store the state, then when the next one is due: a state that was stored twice is the same."""
        if frozen:
            await self._frozen.bulk_write(
                [ReplaceOne({"_id": one.id, "tenant": scope.tenant}, to_stored(one), upsert=True) for one in frozen],
                ordered=False,
            )
        await self.freezings.update_one(scope.filter(_id=scope.tenant), {"$set": {"frozen_at": now, "due_at": next_at}})

    async def get_frozen_at(self, scope: TenantScope) -> datetime | None:
        row = await self.freezings.find_one(scope.filter(_id=scope.tenant), {"frozen_at": 1})
        return row.get("frozen_at") if row else None

    async def begin_freezing(self, slugs: Iterable[str], now: datetime) -> None:
        """Make gatherings due for freezing: for municipalities that were admitted before there was a frozen state; repeating it changes nothing."""
        for slug in slugs:
            await self.freezings.update_one(
                {"_id": slug}, {"$setOnInsert": {"tenant": slug, "version": 1, "due_at": now}}, upsert=True
            )

    async def list_unfrozen(self) -> list[str]:
        """Municipalities without a day of freezing."""
        rows = await self._database.aggregate(
            "tenants",
            [
                {"$match": {"status": {"$in": ["admitted", "suspended"]}}},
                {"$lookup": {"from": FREEZINGS, "localField": "_id", "foreignField": "_id", "as": "freezing"}},
                {"$match": {"freezing": []}},
                {"$project": {"_id": 1}},
            ],
        )
        return [row["_id"] for row in rows]

    async def count_per_tenant(self) -> dict[str, dict[str, Any]]:
        """What municipalities do, not who takes part: `{tenant: {gatherings, started, closed, at}}`."""
        activities: dict[str, dict[str, Any]] = {}
        sources: dict[str, tuple[str, Document]] = {
            "gatherings": ("gatherings", {}),
            "assessments": ("assessments", {"status": {"$ne": "deleted"}}),
            "assessments_closed": ("assessments", {"status": "closed"}),
        }
        for name, (collection, match) in sources.items():
            group = {"_id": "$tenant", "count": {"$sum": 1}, "at": {"$max": "$at"}}
            for row in await self._database.aggregate(collection, [{"$match": match}, {"$group": group}]):
                entry = activities.setdefault(row["_id"], {"at": row["at"]})
                entry[name] = row["count"]
                entry["at"] = max(entry["at"], row["at"])
        return activities

    async def list_admitted(self) -> list[tuple[str, dict[str, str]]]:
        """Slug and name of the admitted municipalities."""
        rows = await self._database["tenants"].find({"status": "admitted"}, {"name": 1}).sort("_id").to_list(None)
        return [(row["_id"], row["name"]) for row in rows]


_TAKES_PART: Document = {"status": {"$in": list(PRESENT)}}
