"""Aggregates: documents whose state and outbox events are written in one operation, so neither is lost without the other.

Reserved fields: `_id`, `tenant`, `version` (rises with each change), `seq`, `outbox`, `pending` (events wait for the relay),
`requests` (idempotency), `marks` (`commit_grouped`), `changed` (when MongoDB wrote the field that is `followed`), `due_at` (when time alone
changes the document, see `chassis.jobs.scheduled_jobs`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, UpdateOne

from chassis.http.problems import busy
from chassis.ids import new_id
from chassis.messaging.outbox import Outgoing, Tombstone, entries
from chassis.operations.failpoints import failpoint
from chassis.storage.group_commit import BUSY, GroupCommit
from chassis.storage.idempotency import IdempotencyKey, expired_keys
from chassis.storage.mongo import Collection, Database, Document, DuplicateKeyError, Timestamp
from chassis.storage.tenancy import TenantScope
from contracts.envelope import Event

Events = Sequence[Event | Tombstone | Outgoing]
MAX_ATTEMPTS = 30
MARKS_KEPT = 16
"""Marks of its newest commits that stay with a document: so often other processes may write it before a commit looks for its own."""


class Exists(Exception):
    """Raised where a document with this id is there already (`document`)."""

    def __init__(self, document: Document) -> None:
        super().__init__("exists")
        self.document = document


class Conflict(Exception):
    """Raised where the document changed since it was loaded (optimistic concurrency)."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision does to a document: fields to set (dotted paths allowed), fields to unset, events to publish.

    `answer` is what the caller gets and what a repeat of the request gets again. `erase_topic` drops what was not yet
    published to that topic (erasure only: contact data may not leave any more); with `erase_keys` only under these.
    """

    set: Document = field(default_factory=dict)
    unset: Sequence[str] = ()
    events: Events = ()
    answer: Any = None
    erase_topic: str | None = None
    erase_keys: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _GroupedCommit:
    """A change to be written onto the version that was loaded."""

    unchanged: Document
    update: Document
    mark: str


class Aggregates:
    """Reads and writes the aggregates of one collection."""

    def __init__(
        self,
        database: Database,
        name: str,
        wake_relay: Callable[[], None] = lambda: None,
        followed: str | None = None,
        linger: float = 0.0,
    ) -> None:
        """`followed`: a field whose changes somebody wants to find. With each of them MongoDB notes its own logical time in `changed`:
        it never goes back, whichever process writes, and stays with a document whose field was removed. `linger`: seconds for which
        grouped commits wait for others to join them."""
        self.collection: Collection = database[name]
        self.wake_relay = wake_relay
        self._followed = followed
        self._commits: GroupCommit[_GroupedCommit, bool] = GroupCommit(self._write_grouped, linger=linger)

    async def ensure_indexes(self, indexes: Sequence[IndexModel] = ()) -> None:
        """Create the indexes of the collection; repeating it changes nothing.

        Partial indexes ask for existence, never for a type: MongoDB uses the latter only for questions that name the type too.
        """
        await self.collection.create_indexes(
            [
                IndexModel([("pending", ASCENDING)], name="pending", partialFilterExpression={"pending": True}),
                IndexModel(
                    [("due_at", ASCENDING)], name="due_work", partialFilterExpression={"due_at": {"$exists": True}}
                ),
                *indexes,
            ]
        )

    def new(self, scope: TenantScope, id: str, fields: Document, events: Events, now: datetime) -> Document:
        """A document ready to be inserted."""
        document: Document = {"_id": id, "tenant": scope.tenant, "version": 1, **fields}
        if self._followed in fields:
            document["changed"] = Timestamp(0, 0)  # MongoDB puts its time in place of it.
        outbox, sequences = entries(document, events, now)
        return document | {"seq": sequences, "outbox": outbox, "pending": bool(outbox)}

    async def create(self, scope: TenantScope, id: str, fields: Document, events: Events, now: datetime) -> Document:
        """Insert a document with its events.

        Raises:
            Exists: the id is taken.
        """
        document = self.new(scope, id, fields, events, now)
        try:
            await self.collection.insert_one(document)
        except DuplicateKeyError:
            existing = await self.collection.find_one(scope.filter(_id=id))
            if existing is None:
                raise
            raise Exists(existing) from None
        self.wake_relay()
        return document

    async def load(self, scope: TenantScope, id: str, projection: Any = None) -> Document | None:
        """The document, or None where this tenant has none with the id."""
        return await self.collection.find_one(scope.filter(_id=id), projection)

    async def commit(
        self,
        scope: TenantScope,
        document: Document,
        change: Change,
        now: datetime,
        request: IdempotencyKey | None = None,
        requests: Mapping[str, Document] | None = None,
    ) -> None:
        """Write a change and its events onto the version that was loaded, in one operation.

        `requests`: idempotency records of further requests that this change serves. On success `document` has the new
        `version` and `seq`, so that a caller who keeps it can commit again.

        Raises:
            Conflict: the document changed meanwhile.
        """
        update, sequences = self._update(document, change, now, request, requests)
        failpoint("aggregate.before_commit")
        result = await self.collection.update_one(
            scope.filter(_id=document["_id"], version=document["version"]), update
        )
        failpoint("aggregate.after_commit")
        if result.matched_count == 0:
            raise Conflict
        _apply_commit(document, sequences, now)
        if sequences is not None:
            self.wake_relay()

    async def commit_grouped(
        self,
        scope: TenantScope,
        document: Document,
        change: Change,
        now: datetime,
        requests: Mapping[str, Document] | None = None,
    ) -> None:
        """As `commit`, in one operation with the commits of other documents that arrive at the same time: that costs the database and
        this process a third less each, and one that comes alone no more.

        Raises:
            Conflict: the document changed meanwhile.
        """
        update, sequences = self._update(document, change, now, requests=requests)
        mark = new_id()
        update.setdefault("$push", {})["marks"] = {"$each": [mark], "$slice": -MARKS_KEPT}
        unchanged = scope.filter(_id=document["_id"], version=document["version"])
        if not await self._commits.submit(_GroupedCommit(unchanged, update, mark)):
            raise Conflict
        _apply_commit(document, sequences, now)
        if sequences is not None:
            self.wake_relay()

    async def _write_grouped(self, commits: Sequence[_GroupedCommit]) -> list[bool]:
        """Write commits in one operation; for each whether it is written, or its document changed since it was loaded.

        MongoDB says only how many were, so each leaves its mark in its document: there it is found, also when a commit is repeated that
        was written but not answered.
        """
        failpoint("aggregate.before_commit")
        written = await self.collection.bulk_write(
            [UpdateOne(one.unchanged, one.update) for one in commits], ordered=False
        )
        failpoint("aggregate.after_commit")
        if written.matched_count == len(commits):
            return [True] * len(commits)
        condition = {"_id": {"$in": [one.unchanged["_id"] for one in commits]}}
        documents = await self.collection.find(condition, {"marks": 1}).to_list(None)
        marks = {mark for one in documents for mark in one.get("marks", ())}
        return [one.mark in marks for one in commits]

    def _update(
        self,
        document: Document,
        change: Change,
        now: datetime,
        request: IdempotencyKey | None = None,
        requests: Mapping[str, Document] | None = None,
    ) -> tuple[Document, dict[str, int] | None]:
        """MongoDB's update for a change, and the counters of events after it; None where it publishes no event."""
        kept = [
            entry
            for entry in document.get("outbox") or ()
            if entry["o"] != change.erase_topic or (change.erase_keys and entry["k"] not in change.erase_keys)
        ]
        new_entries, sequences = entries({**document, "outbox": kept}, change.events, now)
        sets = dict(change.set)
        old = () if "requests" in change.unset else expired_keys(document, now)
        unsets = dict.fromkeys([*change.unset, *(f"requests.{key}" for key in old)], "")
        if request is not None and request.key:
            sets[f"requests.{request.key}"] = request.record(change.answer, now)
        sets |= {f"requests.{key}": record for key, record in (requests or {}).items()}
        update: Document = {"$inc": {"version": 1}}
        if change.erase_topic:
            sets |= {"outbox": [*kept, *new_entries]}
        elif new_entries:
            update["$push"] = {"outbox": {"$each": new_entries}}
        if new_entries:
            sets |= {"seq": sequences, "pending": True}
        if sets:
            update["$set"] = sets
        if unsets:
            update["$unset"] = unsets
        if self._followed in sets or self._followed in unsets:
            update["$currentDate"] = {"changed": {"$type": "timestamp"}}
        return update, sequences if new_entries else None

    async def execute(
        self,
        scope: TenantScope,
        id: str,
        decide: Callable[[Document], Change | None],
        now: datetime,
        request: IdempotencyKey | None = None,
    ) -> tuple[Any, bool] | None:
        """Load, decide, commit; again on conflict. Returns (answer, replayed), or None where there is no such document.

        `decide` is pure: it may be called several times. It returns None to change nothing.

        Raises:
            Problem: from `decide`; 503 when the document keeps changing underneath; 422 on a key reused otherwise.
        """
        for attempt in range(MAX_ATTEMPTS):
            document = await self.load(scope, id)
            if document is None:
                return None
            if request is not None:
                replayed, answer = request.replay_in(document)
                if replayed:
                    return answer, True
            change = decide(document)
            if change is None:
                return None, False
            try:
                await self.commit(scope, document, change, now, request)
            except Conflict:
                await asyncio.sleep(min(0.002 * attempt, 0.05))
                continue
            return change.answer, False
        raise busy(BUSY)


def _apply_commit(document: Document, sequences: dict[str, int] | None, now: datetime) -> None:
    """Apply to the loaded document what a commit changed beside its state, so that the caller can commit again."""
    document["version"] += 1
    for key in expired_keys(document, now):
        del document["requests"][key]
    if sequences is not None:
        document["seq"] = sequences
