"""Registrations as they are stored. Those of concurrent requests are written together: new ones in one insert, and those whose
claim stands are released in one update.

A registration is stored before its claim, and its contact is told to nobody until the claim stands (`release`): one that the rules
refuse at the last moment is removed again (`take_back`) and leaves nothing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.http.problems import not_found
from chassis.operations.metrics import Metrics
from chassis.storage.aggregates import Aggregates, Events
from chassis.storage.documents import to_stored
from chassis.storage.group_commit import GroupCommit
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import DUPLICATE_KEY, QUICK, BulkWriteError, Document, DuplicateKeyError, Timestamp
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope
from services.registration.registrations.documents import Registration
from services.registration.registrations.search_keys import SearchKey

INDEXES = (
    IndexModel([("tenant", ASCENDING), ("gathering", ASCENDING), ("_id", ASCENDING)], name="gathering"),
    IndexModel([("tenant", ASCENDING), ("gathering", ASCENDING), ("keys", ASCENDING)], name="found_by"),
    IndexModel(
        [("tenant", ASCENDING), ("gathering", ASCENDING), ("changed", ASCENDING), ("_id", ASCENDING)],
        name="answers_changed",
        partialFilterExpression={"changed": {"$exists": True}},
    ),
)
LINGER = 0.01
"""Seconds for which a release waits for others where many come: those that were claimed while the former was written."""
_RELEASED: list[Document] = [
    {
        "$set": {
            "pending": {"$ne": [{"$ifNull": ["$outbox", []]}, []]},
            "due_at": {"$cond": [{"$eq": [{"$type": "$wanted"}, "object"]}, "$due_at", "$$REMOVE"]},
            "quota": "$$REMOVE",
            "invitation": "$$REMOVE",
        }
    }
]
"""The relay may publish what waits, and the reconciler need not look any more, unless a change is under way."""


class RegistrationRepository(Repository[Registration]):
    """The collection of registrations of all gatherings."""

    def __init__(self, aggregates: Aggregates, metrics: Metrics) -> None:
        super().__init__(Registration, aggregates)
        self.collection = aggregates.collection
        self._quick = aggregates.collection.with_options(write_concern=QUICK)
        self._inserts: GroupCommit[Document, Document | None] = GroupCommit(
            self._insert, 512, metrics.commit_size.labels("registrations")
        )
        self._claimed: list[str] = []
        self._releasing: asyncio.Task[None] | None = None

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(INDEXES)

    async def insert_unreleased(
        self, scope: TenantScope, registration: Registration, events: Events, request: IdempotencyKey, now: datetime
    ) -> Registration | None:
        """Insert a registration that is not yet released; what an earlier request with this key wrote, or None.

        Raises:
            Problem: 422 that request had another body.
        """
        fields = to_stored(registration)
        id, _ = fields.pop("_id"), fields.pop("tenant")
        document = self._aggregates.new(scope, id, fields, events, now)
        existing = await self._inserts.submit(document | {"pending": False})
        if existing is None:
            return None
        request.replay_of_creation(existing)
        return self.read(existing)

    async def made_by(self, scope: TenantScope, request: IdempotencyKey) -> Registration | None:
        """The registration that an earlier request with this key wrote. Raises Problem 422 it had another body."""
        stored = await self._aggregates.load(scope, request.key) if request.key else None
        if stored is None:
            return None
        request.replay_of_creation(stored)
        return self.read(stored)

    def release(self, id: str) -> None:
        """Release a registration, because its claim stands: its contact event goes out. Written in the background, and at once where
        it comes alone: the relay should find it together with the claim's event. What is claimed meanwhile is written together."""
        self._claimed.append(id)
        if self._releasing is None:
            self._releasing = asyncio.create_task(self._release_all())

    async def release_now(self, scope: TenantScope, registration: Registration, events: Events, now: datetime) -> None:
        """As `release`, at once, for a registration that another request may have taken back meanwhile: then it is written again."""
        updated = await self._quick.update_one(scope.filter(_id=registration.id), _RELEASED)
        if updated.matched_count == 0:
            fields = to_stored(registration)
            for name in ("_id", "tenant", "due_at", "quota", "invitation"):
                fields.pop(name, None)
            try:
                await self.collection.insert_one(self._aggregates.new(scope, registration.id, fields, events, now))
            except DuplicateKeyError:
                await self._quick.update_one(scope.filter(_id=registration.id), _RELEASED)
        self._aggregates.wake_relay()

    async def take_back(self, scope: TenantScope, id: str) -> None:
        """Remove a registration whose claim was refused, unless it was released or changed."""
        untouched = {"pending": False, "version": 1, "due_at": {"$exists": True}}
        await self.collection.delete_one(scope.filter(_id=id, **untouched))

    async def repeats(self, scope: TenantScope, id: str, request: IdempotencyKey) -> tuple[bool, Any]:
        """(True, first answer) where this request changed the registration before. Raises Problem 422 the key was used otherwise."""
        stored = await self._aggregates.load(scope, id, {"requests": 1}) if request.key else None
        return request.replay_in(stored or {})

    async def get_unerased(self, scope: TenantScope, id: str) -> Registration | None:
        """A registration that was not erased."""
        registration = await self.get(scope, id)
        return None if registration is None or registration.erased else registration

    async def of_gathering(
        self, scope: TenantScope, gathering_id: str, after: str | None, limit: int
    ) -> list[Registration]:
        """Registrations by id."""
        later = {"_id": {"$gt": after}} if after else {}
        return await self._find(scope.filter(gathering=gathering_id, erased=None, **later), limit=limit)

    async def get_many(
        self, scope: TenantScope, ids: Sequence[str], matching: Mapping[str, str] | None = None
    ) -> dict[str, Registration]:
        """Registrations of these ids that were not erased, by id; `matching`: values of stored fields (`language`, `support`, `channel`)."""
        condition = scope.filter(_id={"$in": list(ids)}, erased=None, **(matching or {}))
        return {one.id: one for one in await self._find(condition)}

    async def with_key(self, scope: TenantScope, gathering_id: str, key: SearchKey) -> Registration | None:
        """The registration of a gathering that has the key."""
        registrations = await self._find(self._in(scope, [gathering_id], _having(key)), limit=1)
        return registrations[0] if registrations else None

    async def find_by_search_key(
        self, scope: TenantScope, gatherings: Sequence[str], key: SearchKey, limit: int
    ) -> list[Registration]:
        """Registrations of these gatherings that have the key; served by its index."""
        cursor = self.collection.find(self._in(scope, gatherings, _having(key)), self._fields)
        return [self.read(one) for one in await cursor.limit(limit).hint("found_by").to_list(None)]

    async def of_gatherings(
        self, scope: TenantScope, gatherings: Sequence[str], ids: Sequence[str]
    ) -> list[Registration]:
        """The registrations among these that belong to the gatherings."""
        cursor = self.collection.find(self._in(scope, gatherings, {"_id": {"$in": list(ids)}}), self._fields)
        return [self.read(one) for one in await cursor.hint("_id_").to_list(None)]

    async def ids_found_by(
        self, scope: TenantScope, gatherings: Sequence[str], key: SearchKey, limit: int
    ) -> list[str]:
        """As `find_by_search_key`, the ids alone, answered by the index."""
        cursor = self.collection.find(self._in(scope, gatherings, _having(key)), {"_id": 1})
        return [one["_id"] for one in await cursor.limit(limit).hint("found_by").to_list(None)]

    async def ids_of_people(
        self, scope: TenantScope, gathering_id: str, ended: Sequence[str] | None, portion: int
    ) -> AsyncIterator[list[str]]:
        """Ids of registrations of a gathering that still say who somebody is, a portion at a time. `ended`: of these alone."""
        condition: Document = {"gathering": gathering_id} if ended is None else {"_id": {"$in": list(ended)}}
        async for ids in self._portions(scope.filter(**condition, erased=None), portion):
            yield ids

    async def ids_with_special_answers(
        self, scope: TenantScope, gathering_id: str, among: Collection[str] | None, portion: int
    ) -> AsyncIterator[list[str]]:
        """Ids of registrations of a gathering that hold answers of a special kind, a portion at a time. `among`: of these alone."""
        wanted: Document = {} if among is None else {"_id": {"$in": list(among)}}
        condition = scope.filter(gathering=gathering_id, **{"answers.special": True}, **wanted)
        async for ids in self._portions(condition, portion):
            yield ids

    async def answered(self, scope: TenantScope, gathering_id: str) -> dict[str, Timestamp | None]:
        """Every registration of a gathering that answered anything, by id: when its answers changed (None: a release ago)."""
        condition = scope.filter(gathering=gathering_id, erased=None, answers={"$exists": True})
        documents = await self.collection.find(condition, {"changed": 1}).hint("gathering").to_list(None)
        return {one["_id"]: one.get("changed") for one in documents}

    async def answers_changed(
        self, scope: TenantScope, gathering_id: str, since: Timestamp
    ) -> dict[str, Timestamp | None]:
        """As `answered`, of those whose answers changed, or went, since then; answered by the index alone."""
        condition = scope.filter(gathering=gathering_id, changed={"$gte": since})
        documents = await self.collection.find(condition, {"changed": 1}).hint("answers_changed").to_list(None)
        return {one["_id"]: one["changed"] for one in documents}

    async def answers_of(
        self, scope: TenantScope, ids: Sequence[str]
    ) -> list[tuple[str, Timestamp | None, dict[str, Any]]]:
        """(id, when they changed, answers by question) of those of these registrations that were not erased and answered anything."""
        condition = scope.filter(_id={"$in": list(ids)}, erased=None, answers={"$exists": True})
        fields = {"changed": 1, "answers.question": 1, "answers.value": 1}
        documents = await self.collection.find(condition, fields).to_list(None)
        return [
            (one["_id"], one.get("changed"), {given["question"]: given["value"] for given in one["answers"]})
            for one in documents
        ]

    async def ids_not_erased(self, scope: TenantScope, after: str, limit: int) -> list[str]:
        """Ids of the tenant's registrations that still say who somebody is, in their order."""
        condition = scope.filter(erased=None, _id={"$gt": after})
        documents = await self.collection.find(condition, {"_id": 1}).sort("_id", 1).limit(limit).to_list(None)
        return [one["_id"] for one in documents]

    @staticmethod
    def _in(scope: TenantScope, gatherings: Sequence[str], condition: Document) -> Document:
        where: Any = gatherings[0] if len(gatherings) == 1 else {"$in": list(gatherings)}
        return scope.filter(gathering=where, erased=None, **condition)

    async def _portions(self, condition: Document, portion: int) -> AsyncIterator[list[str]]:
        """Ids of whatever fits, in their order, a portion at a time: what was taken may fit no more when the next is read."""
        after = ""
        while True:
            later = {"$and": [condition, {"_id": {"$gt": after}}]}
            documents = await self.collection.find(later, {"_id": 1}).sort("_id", 1).limit(portion).to_list(None)
            ids = [one["_id"] for one in documents]
            if ids:
                yield ids
            if len(ids) < portion:
                return
            after = ids[-1]

    async def _insert(self, documents: Sequence[Document]) -> Sequence[Document | BaseException | None]:
        """Insert together; for ids that exist, the document that is there."""
        taken: set[int] = set()
        first = {document["_id"]: index for index, document in reversed(list(enumerate(documents)))}
        unique = sorted(first.values())
        try:
            await self.collection.insert_many([documents[index] for index in unique], ordered=False)
        except BulkWriteError as error:
            if any(e["code"] != DUPLICATE_KEY for e in error.details["writeErrors"]):
                raise
            taken = {unique[e["index"]] for e in error.details["writeErrors"]}
        results: list[Document | BaseException | None] = []
        for index, document in enumerate(documents):
            if index in taken:
                results.append(
                    await self.collection.find_one({"_id": document["_id"], "tenant": document["tenant"]})
                    or not_found("registration")
                )
            else:
                results.append(None if first[document["_id"]] == index else documents[first[document["_id"]]])
        return results

    async def _release_all(self) -> None:
        try:
            while self._claimed:
                ids, self._claimed = self._claimed, []
                # Durably, as the relay reads what a majority has: a quick write would be seen only with the journal's next turn.
                await self.collection.update_many({"_id": {"$in": ids}}, _RELEASED)
                self._aggregates.wake_relay()
                if self._claimed:
                    await asyncio.sleep(LINGER)
        finally:
            self._releasing = None


def _having(key: SearchKey) -> Document:
    conditions = [{"keys": spelling if key.whole else _beginning(spelling)} for spelling in key.spellings]
    return conditions[0] if len(conditions) == 1 else {"$or": conditions}


def _beginning(text: str) -> Document:
    # As text: MongoDB finds the place in the index by the beginning of an expression only where that has no flags, as Python's have.
    return {"$regex": "^" + re.escape(text)}
