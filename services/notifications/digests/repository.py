"""Repositories of preferences of staff, and of scheduled summaries of desk news."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.documents import from_stored
from chassis.storage.mongo import Database, Document, DuplicateKeyError
from chassis.storage.repository import Decision, Repository
from chassis.storage.tenancy import TenantScope
from services.notifications.digests.documents import DeskNews, Preferences

NEWS = "desk_news"
LATE = timedelta(days=1)
"""How late a registration may become known here, as after a time without Kafka, and still be summed up."""


@dataclass(frozen=True)
class RegistrationCounts:
    """What a summary of desk news says: how many registrations are `new`, and how many of these are `waiting` for a seat. `counted`: as in
    `DeskNews`, for the next summary."""

    new: int = 0
    waiting: int = 0
    counted: int = 0


class StaffPreferences(Repository[Preferences]):
    """Repository of preferences, one document for each member of staff who chose something."""

    def __init__(self, database: Database) -> None:
        self._all = Aggregates(database, "staff_preferences")
        super().__init__(Preferences, self._all)

    async def ensure_indexes(self) -> None:
        await self._all.ensure_indexes([IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant")])

    async def get_or_default(self, scope: TenantScope, key: str) -> Preferences:
        """Preferences of somebody; the defaults where they chose nothing."""
        return await self.get(scope, _id(scope, key)) or Preferences(id=_id(scope, key), tenant=scope.tenant)

    async def update(
        self, scope: TenantScope, key: str, decide: Callable[[Preferences], Preferences], now: datetime
    ) -> Preferences:
        """Change somebody's preferences, creating them where there are none."""
        empty = Preferences(id=_id(scope, key), tenant=scope.tenant)
        await self.change_or_begin(scope, empty, lambda current: Decision(decide(current)), now)
        return await self.get_or_default(scope, key)


class DeskNewsRepository:
    """Repository of `desk_news`: one document for a municipality with fresh news, and one for each person who gets a summary."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Aggregates(database, NEWS)
        self.collection = self._rows.collection

    async def ensure_indexes(self) -> None:
        await self._rows.ensure_indexes([IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant")])
        by_time = IndexModel(
            [("tenant", ASCENDING), ("registered_at", ASCENDING)],
            name="registered",
            partialFilterExpression={"registered_at": {"$exists": True}},
        )
        await self._database["participants"].create_indexes([by_time])

    def read(self, document: Document) -> DeskNews:
        return from_stored(DeskNews, document)

    async def schedule_for(self, scope: TenantScope, contact: str, since: datetime, at: datetime) -> None:
        """Schedule a summary for somebody at `at`, unless one is scheduled. It begins where their last one ended."""
        unscheduled = {**scope.filter(_id=f"{scope.tenant}:{contact}"), "due_at": {"$exists": False}}
        with suppress(DuplicateKeyError):
            await self.collection.update_one(
                unscheduled, {"$set": {"due_at": at, "contact": contact}, "$setOnInsert": {"since": since}}, upsert=True
            )

    async def mark_fanned_out(self, scope: TenantScope, news: DeskNews) -> None:
        """Delete a municipality's fresh news once summaries are scheduled for everybody."""
        await self.collection.delete_one(scope.filter(_id=news.id))

    async def mark_sent(self, scope: TenantScope, news: DeskNews, now: datetime, counted: int) -> None:
        """Record that the news until now was sent, or that there was none."""
        change = {"$set": {"since": now, "counted": counted}, "$unset": {"due_at": ""}}
        await self.collection.update_one(scope.filter(_id=news.id), change)

    async def count_registrations(self, scope: TenantScope, news: DeskNews, now: datetime) -> RegistrationCounts:
        """Count the registrations that no summary told of yet. One may become known after the summary of the time when it was made: it is in
        the next one, as long as it comes no more than a day late."""
        told_of = news.since if news.counted is None else news.since - LATE
        recent = now - LATE

        def number(*conditions: Document) -> Document:
            return {"$sum": {"$cond": [{"$and": list(conditions)}, 1, 0]}}

        pipeline: list[Document] = [
            {"$match": scope.filter(registered_at={"$gt": min(told_of, recent), "$lte": now})},
            {
                "$group": {
                    "_id": None,
                    "new": number({"$gt": ["$registered_at", told_of]}),
                    "waiting": number({"$gt": ["$registered_at", news.since]}, {"$eq": ["$status", "waiting"]}),
                    "counted": number({"$gt": ["$registered_at", recent]}),
                }
            },
        ]
        for row in await self._database.aggregate("participants", pipeline):
            return RegistrationCounts(
                new=row["new"] - (news.counted or 0), waiting=row["waiting"], counted=row["counted"]
            )
        return RegistrationCounts()


def fresh_id(tenant: str) -> str:
    """The id of the document of a municipality's fresh news."""
    return f"{tenant}:"


def _id(scope: TenantScope, key: str) -> str:
    return f"{scope.tenant}:{key}"


GATHERED = timedelta(minutes=1)
"""For how long fresh news is gathered before summaries are scheduled."""
