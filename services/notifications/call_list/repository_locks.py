"""Repository of locks on numbers that somebody is calling at the moment; a lock expires by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, IndexModel

from chassis.storage.mongo import Database, DuplicateKeyError
from chassis.storage.tenancy import TenantScope

LOCKED_FOR = timedelta(minutes=15)
"""For how long a number is locked: long enough for a call with an interpreter."""


@dataclass(frozen=True)
class CallLock:
    """Who has locked a number, until when. `by`: the subject of their token."""

    by: str
    until: datetime


class CallLockRepository:
    """Stores one document for each number, in the collection `taken_numbers`; numbers are keyed hashes."""

    def __init__(self, database: Database) -> None:
        self._locks = database["taken_numbers"]

    async def ensure_indexes(self) -> None:
        await self._locks.create_indexes(
            [
                IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant"),
                IndexModel([("until", ASCENDING)], name="over", expireAfterSeconds=3600),
            ]
        )

    async def claim(self, scope: TenantScope, number: str, by: str, now: datetime) -> bool:
        """Lock a number for somebody; returns whether it is theirs, or else somebody else's."""
        free = {"$or": [{"until": {"$lte": now}}, {"by": by}]}
        try:
            await self._locks.update_one(
                {**scope.filter(_id=_id(scope, number)), **free},
                {"$set": {"by": by, "until": now + LOCKED_FOR}},
                upsert=True,
            )
        except DuplicateKeyError:
            return False
        return True

    async def release(self, scope: TenantScope, number: str, by: str) -> None:
        """Unlock a number that `by` had locked."""
        await self._locks.delete_one(scope.filter(_id=_id(scope, number), by=by))

    async def get_many(self, scope: TenantScope, numbers: Iterable[str], now: datetime) -> dict[str, CallLock]:
        """The locks on these numbers, by number; one that is not locked is not among them."""
        ids = {_id(scope, number): number for number in numbers}
        query = scope.filter(_id={"$in": sorted(ids)}, until={"$gt": now})
        rows = await self._locks.find(query).to_list(None) if ids else []
        return {ids[row["_id"]]: CallLock(row["by"], row["until"]) for row in rows}


def _id(scope: TenantScope, number: str) -> str:
    return f"{scope.tenant}:{number}"
