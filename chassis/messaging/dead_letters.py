"""The dead-letter store: events that could not be handled (`parked`), and events that wait for an earlier one (`waiting`).

Later events with the same ordering key are stored behind them, so order is kept. `parked` and `lane` are names in MongoDB and in
metrics since the first release and stay there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, IndexModel, UpdateOne

from chassis.messaging.records import Record
from chassis.storage.mongo import Collection, Document
from chassis.storage.scrub import FILLER


class DeadLetterStore:
    """The dead letters of one service. Documents: topic, key, partition, offset, sequence, value, headers, reason, state, at."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection

    async def ensure_indexes(self) -> None:
        await self.collection.create_indexes(
            [
                IndexModel([("lane", ASCENDING), ("offset", ASCENDING)], name="lane"),
                IndexModel([("state", ASCENDING), ("at", ASCENDING)], name="state"),
                IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant"),
            ]
        )

    async def blocked(self, ordering_keys: Iterable[str]) -> dict[str, str]:
        """Which of these ordering keys (topic and key) have dead letters: `parked` where any is, else `waiting`."""
        documents = await self.collection.find({"lane": {"$in": list(ordering_keys)}}, {"lane": 1, "state": 1}).to_list(
            None
        )
        waiting = {document["lane"]: "waiting" for document in documents}
        return waiting | {document["lane"]: "parked" for document in documents if document["state"] == "parked"}

    async def add(self, items: Sequence[tuple[Record, str, str, str]], now: datetime) -> None:
        """Store records with (state, tenant, reason); storing one again changes nothing."""
        if not items:
            return
        await self.collection.bulk_write(
            [
                UpdateOne(
                    {"_id": record.place}, {"$setOnInsert": _document(record, state, tenant, reason, now)}, upsert=True
                )
                for record, state, tenant, reason in items
            ],
            ordered=False,
        )

    async def of_key(self, ordering_key: str) -> list[Record]:
        """The dead letters of one ordering key, in the order of the aggregate; those without a readable sequence come first."""
        documents = (
            await self.collection.find({"lane": ordering_key}).sort([("sequence", 1), ("offset", 1)]).to_list(None)
        )
        return [as_record(document) for document in documents]

    async def get(self, place: str) -> Document | None:
        """One dead letter, by its place in the log (`Record.place`), or None."""
        return await self.collection.find_one({"_id": place})

    async def summaries(self, tenant: str | None, limit: int, after: str | None) -> list[Document]:
        """Dead letters without their values, of one tenant or (None) of all, in the order of their places."""
        condition: Document = {"tenant": tenant} if tenant else {}
        condition |= {"_id": {"$gt": after or "", "$lt": FILLER}}
        return await self.collection.find(condition, {"value": 0}).sort("_id", 1).limit(limit).to_list(None)

    async def mend(self, place: str, value: bytes, fields: Sequence[str], now: datetime) -> None:
        """Replace the value of a dead letter, and note which of its fields are new."""
        changed = {"value": Binary(value), "mended": {"at": now, "fields": fields}}
        await self.collection.update_one({"_id": place}, {"$set": changed})

    async def remove(self, records: Iterable[Record]) -> None:
        """Delete the dead letters of these records, which have been handled or given up."""
        await self.collection.delete_many({"_id": {"$in": [record.place for record in records]}})

    async def erase(self, ordering_keys: Iterable[str], before: int | None = None) -> int:
        """Delete the dead letters of these ordering keys (`before`: only those before this offset); the number deleted."""
        older: Document = {} if before is None else {"offset": {"$lt": before}}
        deleted = await self.collection.delete_many({"lane": {"$in": list(ordering_keys)}, **older})
        return int(deleted.deleted_count)

    async def counts(self) -> dict[str, int]:
        """The numbers of dead letters by state."""
        return {state: await self.collection.count_documents({"state": state}) for state in ("parked", "waiting")}


def _document(record: Record, state: str, tenant: str, reason: str, now: datetime) -> Document:
    return {
        "lane": record.ordering_key,
        "topic": record.topic,
        "key": record.key,
        "partition": record.partition,
        "offset": record.offset,
        "sequence": record.sequence,
        "value": None if record.value is None else Binary(record.value),
        "headers": [[name, None if value is None else Binary(value)] for name, value in record.headers],
        "state": state,
        "tenant": tenant,
        "reason": reason,
        "at": now,
    }


def as_record(document: Document) -> Record:
    """The Kafka record that a dead letter was made of."""

    def raw(value: Any) -> bytes | None:
        return None if value is None else bytes(value)

    return Record(
        topic=document["topic"],
        partition=document["partition"],
        offset=document["offset"],
        key=document["key"],
        value=raw(document["value"]),
        headers=tuple((name, raw(value)) for name, value in document["headers"]),
    )
