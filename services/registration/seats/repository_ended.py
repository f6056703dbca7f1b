"""Ended claims that were moved out of their gathering's document, which keeps the newest: collection `ended_claims`.

They are written before they leave the gathering's document, so whoever reads that first finds each in one of both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, UpdateOne

from chassis.storage.mongo import Collection as Stored
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.registration.domain.claim import EndedClaim
from services.registration.seats.documents import from_ended, to_ended

ENDED_CLAIMS = "ended_claims"


class EndedClaims:
    """The collection `ended_claims`, one document a claim, in the form in which it stood in the gathering's."""

    def __init__(self, database: Database) -> None:
        self._ended: Stored = database[ENDED_CLAIMS]

    async def ensure_indexes(self) -> None:
        by_gathering = [("tenant", ASCENDING), ("gathering", ASCENDING), ("_id", ASCENDING)]
        await self._ended.create_indexes([IndexModel(by_gathering, name="gathering")])

    async def ids(
        self,
        scope: TenantScope,
        gathering_id: str,
        after: str,
        count: int,
        fits: Callable[[EndedClaim], bool],
        not_moved: Collection[str],
    ) -> list[str]:
        """So many registrations after that one that fit, by id, without those that are `known` already."""
        ended_ids: list[str] = []
        condition = scope.filter(gathering=gathering_id, _id={"$gt": after})
        async for stored in self._ended.find(condition).sort("_id", 1):
            if stored["_id"] not in not_moved and fits(to_ended(stored)):
                ended_ids.append(stored["_id"])
                if len(ended_ids) == count:
                    break
        return ended_ids

    async def counts(self, scope: TenantScope, gathering_id: str) -> dict[str, int]:
        """How many claims ended which way."""
        counts = {}
        for status in ("cancelled", "lapsed"):
            counts[status] = await self._ended.count_documents(scope.filter(gathering=gathering_id, s=status))
        return counts

    async def since(self, scope: TenantScope, gathering_id: str) -> AsyncIterator[tuple[str, datetime]]:
        """(registration, when its claim ended) of those that the retention rule has still to look at."""
        condition = scope.filter(gathering=gathering_id, t={"$exists": True})
        async for stored in self._ended.find(condition, {"t": 1}).sort("_id", 1):
            yield stored["_id"], stored["t"]

    async def apply_retention(self, scope: TenantScope, ids: Sequence[str]) -> None:
        """Apply the retention rule: of these only how they ended stays known."""
        await self._ended.update_many(
            scope.filter(_id={"$in": list(ids)}), {"$unset": dict.fromkeys(("t", "l", "h", "p"), "")}
        )

    async def get_many(self, scope: TenantScope, ids: Collection[str]) -> dict[str, Document]:
        """What is stored of these, for `rounds`."""
        if not ids:
            return {}
        documents = await self._ended.find(scope.filter(_id={"$in": list(ids)})).to_list(None)
        return {one["_id"]: one for one in documents}

    async def move(
        self, scope: TenantScope, gathering_id: str, ended: Mapping[str, EndedClaim], firsts: Mapping[str, Any]
    ) -> None:
        """Write claims, with their first answers; repeating it changes nothing."""
        place = {"tenant": scope.tenant, "gathering": gathering_id}
        await self._ended.bulk_write(
            [
                UpdateOne({"_id": id}, {"$set": place | from_ended(one, firsts.get(id))}, upsert=True)
                for id, one in ended.items()
            ],
            ordered=False,
        )
