"""A base for repositories of aggregates: typed documents in, typed documents out, state and events in one write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from chassis.storage.aggregates import Aggregates, Change, Events, Exists
from chassis.storage.documents import StoredDocument, difference, from_stored, projection_of, to_stored
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope

D = TypeVar("D", bound=StoredDocument)
AGGREGATE = frozenset(("_id", "tenant", "version", "seq", "outbox", "pending", "changed"))
"""Fields that make a document an aggregate, and stay of one that was erased."""


def older_than(at: datetime, id: str) -> Document:
    """Filter for documents older than the one of that time and id."""
    return {"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": id}}]}


@dataclass(frozen=True, slots=True)
class Decision(Generic[D]):
    """What a command decided: the document afterwards, the events that report it, and the caller's answer.

    `erase_topic`: events to this topic that are not published yet are dropped (erasure: contact data may not leave any
    more), with `erase_keys` only those under these keys.
    """

    after: D
    events: Events = ()
    answer: Any = None
    erase_topic: str | None = None
    erase_keys: Sequence[str] = ()
    erase_answers: bool = False


class Repository(Generic[D]):
    """The documents of one collection. A feature's repository inherits this and adds the queries it needs."""

    def __init__(self, kind: type[D], aggregates: Aggregates) -> None:
        self._kind = kind
        self._aggregates = aggregates
        self._fields = projection_of(kind)

    async def get(self, scope: TenantScope, id: str) -> D | None:
        """The document, or None where this tenant has none with the id."""
        stored = await self._aggregates.load(scope, id, self._fields)
        return None if stored is None else from_stored(self._kind, stored)

    def read(self, stored: Document) -> D:
        """Read a stored document; for jobs, which hand on what they found due."""
        return from_stored(self._kind, stored)

    async def add(self, scope: TenantScope, document: D, events: Events, now: datetime) -> None:
        """Store a new document with its events.

        Raises:
            Exists: the id is taken.
            ValueError: the document belongs to another tenant than the scope.
        """
        await self._aggregates.create(scope, document.id, self._new(scope, document), events, now)

    async def add_once(
        self, scope: TenantScope, document: D, events: Events, answer: Any, request: IdempotencyKey, now: datetime
    ) -> tuple[Any, bool]:
        """Store a new document, whose id comes from the request, once.

        Returns (answer, whether it is the first answer of an earlier request).

        Raises:
            Problem: 422 the key was used otherwise.
        """
        fields = self._new(scope, document) | {"request": request.record(answer, now)}
        try:
            await self._aggregates.create(scope, document.id, fields, events, now)
        except Exists as existing:
            return request.replay_of_creation(existing.document), True
        return answer, False

    def _new(self, scope: TenantScope, document: D) -> Document:
        fields = to_stored(document)
        del fields["_id"]
        if fields.pop("tenant") != scope.tenant:
            raise ValueError("the document belongs to another tenant")
        return fields

    async def change(
        self,
        scope: TenantScope,
        id: str,
        decide: Callable[[D], Decision[D] | None],
        now: datetime,
        idempotency_key: IdempotencyKey | None = None,
    ) -> tuple[Any, bool] | None:
        """Load, decide and write in one operation, again where somebody else was faster.

        Returns (answer, whether it is the first answer of an earlier request), or None where there is no such document.
        `decide` is pure, because it may be called several times; None changes nothing.

        Raises:
            Problem: what `decide` raises (nothing is written then); 503 too much contention; 422 a key used otherwise.
        """

        def change(stored: Document) -> Change | None:
            before = from_stored(self._kind, stored)
            decision = decide(before)
            if decision is None:
                return None
            sets, unsets = difference(before, decision.after)
            if decision.erase_answers:
                unsets = [*unsets, "requests"]
            return Change(
                sets, unsets, decision.events, decision.answer, decision.erase_topic, tuple(decision.erase_keys)
            )

        return await self._aggregates.execute(scope, id, change, now, idempotency_key)

    async def change_or_begin(
        self,
        scope: TenantScope,
        empty: D,
        decide: Callable[[D], Decision[D] | None],
        now: datetime,
        idempotency_key: IdempotencyKey | None = None,
    ) -> tuple[Any, bool] | None:
        """As `change`, of a document that there is from its first change on: `empty` is what `decide` is given then. None where the
        municipality is just leaving."""
        result = await self.change(scope, empty.id, decide, now, idempotency_key)
        if result is None:
            with suppress(Exists):  # Somebody else just began it.
                await self.add(scope, empty, (), now)
            result = await self.change(scope, empty.id, decide, now, idempotency_key)
        return result

    async def erase_to(
        self, scope: TenantScope, id: str, decide: Callable[[D], Decision[D] | None], now: datetime
    ) -> tuple[Any, bool] | None:
        """As `change`, and nothing stays but what `decide` says, whatever else the document holds: answers to earlier requests,
        and fields that somebody adds later, are erased without anybody thinking of them."""

        def change(stored: Document) -> Change | None:
            decision = decide(from_stored(self._kind, stored))
            if decision is None:
                return None
            sets = to_stored(decision.after)
            if "request" in stored:
                sets["request"] = {"f": "", "a": None}
            unset = [name for name in stored if name not in sets and name not in AGGREGATE]
            sets = {name: value for name, value in sets.items() if name not in AGGREGATE}
            return Change(
                sets, unset, decision.events, decision.answer, decision.erase_topic, tuple(decision.erase_keys)
            )

        return await self._aggregates.execute(scope, id, change, now)

    async def _ids(self, filter: Document) -> list[str]:
        """The ids of documents that match, in their order."""
        documents = await self._aggregates.collection.find(filter, {"_id": 1}).sort("_id", 1).to_list(None)
        return [one["_id"] for one in documents]

    async def _find(self, filter: Document, sort: Sequence[tuple[str, int]] = (("_id", 1),), limit: int = 0) -> list[D]:
        """Documents that match; `filter` comes from a scope, or names an index that serves all tenants (due work). An empty `sort`:
        in any order."""
        cursor = self._aggregates.collection.find(filter, self._fields).limit(limit)
        if sort:
            cursor = cursor.sort(list(sort))
        return [from_stored(self._kind, stored) for stored in await cursor.to_list(None)]
