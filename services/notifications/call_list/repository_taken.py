"""Repository of numbers that somebody is calling at the moment: a lock that expires by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, IndexModel

from chassis.storage.mongo import Database, DuplicateKeyError
from chassis.storage.tenancy import TenantScope

TAKEN_FOR = timedelta(minutes=15)
"""For how long a number is locked: long enough for a call with an interpreter."""


@dataclass(frozen=True)
class Taken:
    """Who has taken a number, until when. `by`: the subject of their token."""

    by: str
    until: datetime


class TakenNumbers:
    """Stores one document for each number, in the collection `taken_numbers`; numbers are keyed hashes."""

    def __init__(self, database: Database) -> None:
        self._numbers = database["taken_numbers"]

    async def ensure_indexes(self) -> None:
        await self._numbers.create_indexes(
            [
                IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant"),
                IndexModel([("until", ASCENDING)], name="over", expireAfterSeconds=3600),
            ]
        )

    async def claim(self, scope: TenantScope, number: str, by: str, now: datetime) -> bool:
        """Lock a number for somebody; returns whether it is theirs, or else somebody else's."""
        free = {"$or": [{"until": {"$lte": now}}, {"by": by}]}
        try:
            await self._numbers.update_one(
                {**scope.filter(_id=_id(scope, number)), **free},
                {"$set": {"by": by, "until": now + TAKEN_FOR}},
                upsert=True,
            )
        except DuplicateKeyError:
            return False
        return True

    async def release(self, scope: TenantScope, number: str, by: str) -> None:
        """Unlock a number that `by` had locked."""
        await self._numbers.delete_one(scope.filter(_id=_id(scope, number), by=by))

    async def get_many(self, scope: TenantScope, numbers: Iterable[str], now: datetime) -> dict[str, Taken]:
        """Which of these numbers are taken, and by whom."""
        ids = {_id(scope, number): number for number in numbers}
        query = scope.filter(_id={"$in": sorted(ids)}, until={"$gt": now})
        locks = await self._numbers.find(query).to_list(None) if ids else []
        return {ids[lock["_id"]]: Taken(lock["by"], lock["until"]) for lock in locks}


def _id(scope: TenantScope, number: str) -> str:
    return f"{scope.tenant}:{number}"
