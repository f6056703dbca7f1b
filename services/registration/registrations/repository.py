"""Registrations as they are stored. Those of concurrent requests are written together: new ones in one insert, and those whose
claim stands are released in one update.

A registration is stored before its claim, and its contact is told to nobody until the claim stands (`release`): one that the rules
refuse at the last moment is removed again (`take_back`) and leaves nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.http.problems import not_found
from chassis.operations.metrics import Metrics
from chassis.storage.aggregates import Aggregates
from chassis.storage.group_commit import GroupCommit
from chassis.storage.mongo import DUPLICATE_KEY, QUICK, BulkWriteError, Document, DuplicateKeyError
from chassis.storage.tenancy import TenantScope

INDEXES = (
    IndexModel([("tenant", ASCENDING), ("gathering", ASCENDING), ("_id", ASCENDING)], name="gathering"),
    IndexModel([("tenant", ASCENDING), ("gathering", ASCENDING), ("keys", ASCENDING)], name="found_by"),
)
_RELEASED: list[Document] = [
    {
        "$set": {
            "pending": {"$ne": [{"$ifNull": ["$outbox", []]}, []]},
            "due_at": {"$cond": [{"$eq": [{"$type": "$wanted"}, "object"]}, "$due_at", "$$REMOVE"]},
        }
    }
]
"""The relay may publish what waits, and the reconciler need not look any more, unless a change is under way."""


class RegistrationRepository:
    """The collection of registrations of all gatherings."""

    def __init__(self, aggregates: Aggregates, metrics: Metrics) -> None:
        self.aggregates = aggregates
        self._quick = aggregates.collection.with_options(write_concern=QUICK)
        self._inserts: GroupCommit[Document, Document | None] = GroupCommit(
            self._insert, 512, metrics.commit_size.labels("registrations")
        )
        self._claimed: list[str] = []
        self._releasing: asyncio.Task[None] | None = None

    async def ensure_indexes(self) -> None:
        await self.aggregates.ensure_indexes(INDEXES)

    async def add(self, document: Document) -> Document | None:
        """Written, not yet released; or the document that has this id already."""
        return await self._inserts.submit(document | {"pending": False})

    def release(self, id: str) -> None:
        """The claim stands. Told to the database in the background, many at a time."""
        self._claimed.append(id)
        if self._releasing is None:
            self._releasing = asyncio.create_task(self._release_all())

    async def release_now(self, document: Document) -> None:
        """As `release`, at once, for a registration that another request may have taken back meanwhile: then it is written again."""
        done = await self._quick.update_one({"_id": document["_id"]}, _RELEASED)
        if done.matched_count == 0:
            released = {name: value for name, value in document.items() if name != "due_at"}
            try:
                await self.aggregates.collection.insert_one(released | {"pending": bool(document.get("outbox"))})
            except DuplicateKeyError:
                await self._quick.update_one({"_id": document["_id"]}, _RELEASED)
        self.aggregates.wake_relay()

    async def take_back(self, scope: TenantScope, id: str) -> None:
        """Remove a registration whose claim was refused, unless it was released or changed."""
        untouched = {"pending": False, "version": 1, "due_at": {"$exists": True}}
        await self.aggregates.collection.delete_one(scope.filter(_id=id, **untouched))

    async def one(self, scope: TenantScope, id: str, projection: Any = None) -> Document | None:
        """A registration that was not erased."""
        found = await self.aggregates.load(scope, id, projection)
        return None if found is None or found.get("erased") else found

    async def of_gathering(
        self, scope: TenantScope, gathering_id: str, after: str | None, limit: int
    ) -> list[Document]:
        """Registrations by id."""
        later = {"_id": {"$gt": after}} if after else {}
        condition = scope.filter(gathering=gathering_id, erased=None, **later)
        return await self.aggregates.collection.find(condition).sort("_id", 1).limit(limit).to_list(None)

    async def these(
        self, scope: TenantScope, ids: Sequence[str], fields: Document | None = None, projection: Any = None
    ) -> dict[str, Document]:
        """Those of these registrations that were not erased and have these fields, by id."""
        condition = scope.filter(_id={"$in": list(ids)}, erased=None, **(fields or {}))
        found = await self.aggregates.collection.find(condition, projection).to_list(None)
        return {document["_id"]: document for document in found}

    async def at_door(
        self, scope: TenantScope, gathering_id: str, condition: Document, projection: Any
    ) -> Document | None:
        """The registration of a gathering that meets the condition."""
        return await self.aggregates.collection.find_one(
            scope.filter(gathering=gathering_id, erased=None, **condition), projection
        )

    async def found_by(
        self, scope: TenantScope, gatherings: Sequence[str], condition: Document, limit: int, index: str = "found_by"
    ) -> list[Document]:
        """Registrations of these gatherings that meet a condition which the index serves."""
        found = self.aggregates.collection.find(self._in(scope, gatherings, condition))
        return await found.limit(limit).hint(index).to_list(None)

    async def ids_found_by(
        self, scope: TenantScope, gatherings: Sequence[str], condition: Document, limit: int
    ) -> list[str]:
        """As `found_by`, answered by the index alone."""
        found = self.aggregates.collection.find(self._in(scope, gatherings, condition), {"_id": 1})
        return [one["_id"] for one in await found.limit(limit).hint("found_by").to_list(None)]

    async def ids_of_people(self, scope: TenantScope, condition: Document, portion: int) -> AsyncIterator[list[str]]:
        """Ids of registrations that still say who somebody is, a portion at a time."""
        after = ""
        while True:
            wanted = {"$and": [scope.filter(**condition, erased=None), {"_id": {"$gt": after}}]}
            found = self.aggregates.collection.find(wanted, {"_id": 1}).sort("_id", 1).limit(portion)
            ids = [one["_id"] for one in await found.to_list(None)]
            if ids:
                yield ids
            if len(ids) < portion:
                return
            after = ids[-1]

    async def ids_not_erased(self, scope: TenantScope, after: str, limit: int) -> list[str]:
        """Ids of the tenant's registrations that still say who somebody is, in their order."""
        wanted = scope.filter(erased=None, _id={"$gt": after})
        found = await self.aggregates.collection.find(wanted, {"_id": 1}).sort("_id", 1).limit(limit).to_list(None)
        return [one["_id"] for one in found]

    @staticmethod
    def _in(scope: TenantScope, gatherings: Sequence[str], condition: Document) -> Document:
        where: Any = gatherings[0] if len(gatherings) == 1 else {"$in": list(gatherings)}
        return scope.filter(gathering=where, erased=None, **condition)

    async def _insert(self, documents: Sequence[Document]) -> Sequence[Document | BaseException | None]:
        """Insert together; for ids that exist, the document that is there."""
        taken: set[int] = set()
        first = {document["_id"]: index for index, document in reversed(list(enumerate(documents)))}
        unique = sorted(first.values())
        try:
            await self.aggregates.collection.insert_many([documents[index] for index in unique], ordered=False)
        except BulkWriteError as error:
            if any(e["code"] != DUPLICATE_KEY for e in error.details["writeErrors"]):
                raise
            taken = {unique[e["index"]] for e in error.details["writeErrors"]}
        results: list[Document | BaseException | None] = []
        for index, document in enumerate(documents):
            if index in taken:
                results.append(
                    await self.aggregates.collection.find_one({"_id": document["_id"], "tenant": document["tenant"]})
                    or not_found("registration")
                )
            else:
                results.append(None if first[document["_id"]] == index else documents[first[document["_id"]]])
        return results

    async def _release_all(self) -> None:
        try:
            while self._claimed:
                await asyncio.sleep(0.05)
                ids, self._claimed = self._claimed, []
                await self._quick.update_many({"_id": {"$in": ids}}, _RELEASED)
                self.aggregates.wake_relay()
        finally:
            self._releasing = None
