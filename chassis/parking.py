"""Events set aside: *parked* ones that could not be handled, *waiting* ones whose predecessor has not come yet.

Later events of an aggregate that has something set aside are set aside behind it, so order is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, IndexModel, UpdateOne

from chassis.mongo import Collection, Document
from chassis.records import Record


class Parking:
    """The parking lot of one service. Documents: topic, key, partition, offset, sequence, value, headers, reason, state, at."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection

    async def ensure_indexes(self) -> None:
        await self.collection.create_indexes(
            [
                IndexModel([("lane", ASCENDING), ("offset", ASCENDING)], name="lane"),
                IndexModel([("state", ASCENDING), ("at", ASCENDING)], name="state"),
            ]
        )

    async def blocked(self, lanes: Iterable[str]) -> set[str]:
        """Which of these lanes (topic and key) have something set aside."""
        wanted = list(lanes)
        found = await self.collection.find({"lane": {"$in": wanted}}, {"lane": 1}).to_list(None)
        return {document["lane"] for document in found}

    async def set_aside(self, items: Sequence[tuple[Record, str, str, str]], now: datetime) -> None:
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

    async def lane(self, lane: str) -> list[Record]:
        """Everything set aside in a lane, in order."""
        documents = await self.collection.find({"lane": lane}).sort("offset", 1).to_list(None)
        return [_record(document) for document in documents]

    async def remove(self, records: Iterable[Record]) -> None:
        await self.collection.delete_many({"_id": {"$in": [record.place for record in records]}})

    async def counts(self) -> dict[str, int]:
        """How many are parked and how many wait."""
        return {state: await self.collection.count_documents({"state": state}) for state in ("parked", "waiting")}


def _document(record: Record, state: str, tenant: str, reason: str, now: datetime) -> Document:
    return {
        "lane": record.lane,
        "topic": record.topic,
        "key": record.key,
        "partition": record.partition,
        "offset": record.offset,
        "value": None if record.value is None else Binary(record.value),
        "headers": [[name, None if value is None else Binary(value)] for name, value in record.headers],
        "state": state,
        "tenant": tenant,
        "reason": reason,
        "at": now,
    }


def _record(document: Document) -> Record:
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
