"""Registrations of concurrent requests are written together: new ones in one insert, those whose claim stands in one update."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from chassis.http.problems import not_found
from chassis.operations.metrics import Metrics
from chassis.storage.aggregates import Aggregates
from chassis.storage.group_commit import GroupCommit
from chassis.storage.mongo import DUPLICATE_KEY, QUICK, BulkWriteError, Document


class Batches:
    """The writes of registering."""

    def __init__(self, aggregates: Aggregates, metrics: Metrics) -> None:
        self._all = aggregates
        self._quick = aggregates.collection.with_options(write_concern=QUICK)
        self._inserts: GroupCommit[Document, Document | None] = GroupCommit(
            self._insert, 512, metrics.commit_size.labels("registrations")
        )
        self._settled: list[str] = []
        self._settling: asyncio.Task[None] | None = None

    async def add(self, document: Document) -> Document | None:
        """Written, or the document that has this id already."""
        return await self._inserts.submit(document)

    def settle(self, id: str) -> None:
        """The claim stands: the reconciler need not look. Told to the database in the background, many at a time."""
        self._settled.append(id)
        if self._settling is None:
            self._settling = asyncio.create_task(self._settle_all())

    async def settle_now(self, ids: Sequence[str]) -> None:
        """As `settle`, at once. What is due for another reason stays so."""
        await self._quick.update_many({"_id": {"$in": ids}, "wanted": None}, {"$unset": {"due_at": ""}})

    async def _insert(self, documents: Sequence[Document]) -> Sequence[Document | BaseException | None]:
        """Insert together; for ids that exist, the document that is there."""
        taken: set[int] = set()
        first = {document["_id"]: index for index, document in reversed(list(enumerate(documents)))}
        unique = sorted(first.values())
        try:
            await self._all.collection.insert_many([documents[index] for index in unique], ordered=False)
        except BulkWriteError as error:
            if any(e["code"] != DUPLICATE_KEY for e in error.details["writeErrors"]):
                raise
            taken = {unique[e["index"]] for e in error.details["writeErrors"]}
        self._all.wake_relay()
        results: list[Document | BaseException | None] = []
        for index, document in enumerate(documents):
            if index in taken:
                results.append(
                    await self._all.collection.find_one({"_id": document["_id"], "tenant": document["tenant"]})
                    or not_found("registration")
                )
            else:
                results.append(None if first[document["_id"]] == index else documents[first[document["_id"]]])
        return results

    async def _settle_all(self) -> None:
        try:
            while self._settled:
                await asyncio.sleep(0.2)
                ids, self._settled = self._settled, []
                await self.settle_now(ids)
        finally:
            self._settling = None
