"""Rebuilds a read model: all events are read again into collections beside the present ones, which then take their place.

Readers see the old rows until the new ones are complete. Consuming goes on meanwhile and stops for the seconds of the swap; what
the service owns itself stays as it is, and no side effect of an event happens again. Repeating an interrupted rebuild is safe.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from chassis.clock import Clock
from chassis.messaging.connection import connection
from chassis.messaging.consumer_gate import ConsumerGate
from chassis.messaging.dead_letters import DeadLetterStore
from chassis.messaging.event_processor import EventProcessor
from chassis.messaging.projection import Handler, InsertIfAbsent, Write
from chassis.messaging.records import Record
from chassis.operations.metrics import Metrics
from chassis.programme import Programme
from chassis.settings import KafkaSettings
from chassis.storage.mongo import Database
from chassis.storage.tenant_offboarding import COLLECTION as OFFBOARDINGS
from contracts.envelope import Envelope

PREFIX = "rebuild_"
SETTLE = 12.0
"""Seconds from closing the gate until no batch can be recording its progress any more: longer than MongoDB waits for a write."""
BATCH = 2_000
BOOKKEEPING = ("parked", "progress")
"""Swapped last, in this order: rows that are further than the progress refuse what they know; the other way round would lose it."""
REPORT_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The result of rebuilding. `seconds` of reading, without the swap."""

    records: int
    seconds: float
    paused: float
    """Seconds for which nothing was consumed."""


class MissingTopics(RuntimeError):
    """Raised where not all events can be read."""


class Rebuild:
    """Rebuilds the read model of one service."""

    def __init__(
        self,
        name: str,
        database: Database,
        handlers: Callable[[], Mapping[str, Handler]],
        read_model: Sequence[str],
        programme: Programme,
        settings: KafkaSettings,
        clock: Clock,
        settle: float = SETTLE,
    ) -> None:
        self._database = database
        self._shadow = database.shadow(PREFIX)
        self._read_model = tuple(read_model)
        self._topics = [topic.name for topic in programme.consumed_by(name)]
        self._settings = settings
        self._clock = clock
        self._settle = settle
        dead_letters = DeadLetterStore(self._shadow["parked"])
        row_handlers = {type: _only_rows(handler, self._read_model) for type, handler in handlers().items()}
        self._processor = EventProcessor(
            self._shadow, lambda: row_handlers, dead_letters, clock, Metrics(f"{name}-rebuild"), programme
        )

    async def run(self, report: Callable[[int, int, float], None]) -> Rebuilt:
        """Rebuild and swap. `report` is called every second with records read, records there are, and records a second."""
        partitions = await self._partitions()
        await self._prepare()
        consumer = AIOKafkaConsumer(
            **connection(self._settings), group_id=None, enable_auto_commit=False, max_poll_records=BATCH
        )
        await consumer.start()
        try:
            consumer.assign(partitions)
            await consumer.seek_to_beginning(*partitions)
            began = time.perf_counter()
            read = await self._read(consumer, partitions, 0, report)
            seconds = time.perf_counter() - began
            gate, closed = ConsumerGate(self._database), time.perf_counter()
            await gate.close(self._clock)
            try:
                await asyncio.sleep(self._settle)
                read = await self._read(consumer, partitions, read, report)
                await self._erase_offboarded_tenants()
                for name in (*self._read_model, *BOOKKEEPING):
                    await self._database.swap_in(PREFIX, name)
            finally:
                await gate.open()
            return Rebuilt(read, seconds, time.perf_counter() - closed)
        finally:
            await consumer.stop()

    async def _prepare(self) -> None:
        """Create empty collections with the indexes of those they are to replace."""
        existing = await self._database.collections()
        for name in (*self._read_model, *BOOKKEEPING):
            await self._shadow.drop_collection(name)
            await self._database.command({"create": PREFIX + name})
            indexes = [] if name not in existing else await self._database.indexes(name)
            definitions = [
                {part: value for part, value in index.items() if part not in ("v", "ns")}
                for index in indexes
                if index["name"] != "_id_"
            ]
            if definitions:
                await self._database.command({"createIndexes": PREFIX + name, "indexes": definitions})

    async def _partitions(self) -> list[TopicPartition]:
        """The partitions of the topics. Raises MissingTopics: with nothing to read, everything would be replaced by nothing."""
        admin = AIOKafkaAdminClient(**connection(self._settings))
        await admin.start()
        try:
            topics = await admin.describe_topics([f"{self._settings.namespace}.{topic}" for topic in self._topics])
        finally:
            await admin.close()
        missing = [one["topic"] for one in topics if one["error_code"] or not one["partitions"]]
        if missing or not topics:
            raise MissingTopics(f"topics are missing: {', '.join(sorted(missing)) or 'all'}")
        return [TopicPartition(one["topic"], part["partition"]) for one in topics for part in one["partitions"]]

    async def _read(
        self,
        consumer: AIOKafkaConsumer,
        partitions: Sequence[TopicPartition],
        before: int,
        report: Callable[[int, int, float], None],
    ) -> int:
        """Process the records up to the present end of the topics; returns the number read in all."""
        ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
        starts = {partition: await consumer.position(partition) for partition in partitions}
        total = before + sum(max(0, ends[one] - starts[one]) for one in partitions)
        read, began, reported = before, time.perf_counter(), 0.0
        while any([await consumer.position(one) < ends[one] for one in partitions]):
            batches = await consumer.getmany(timeout_ms=500, max_records=BATCH)
            records = [Record.received(raw, self._settings.namespace) for batch in batches.values() for raw in batch]
            if records:
                await self._processor.handle(records)
                read += len(records)
            if time.perf_counter() - reported > REPORT_EVERY:
                reported = time.perf_counter()
                report(read, max(total, read), (read - before) / max(reported - began, 1e-6))
        return read

    async def _erase_offboarded_tenants(self) -> None:
        """Delete the rows of municipalities that left: their events were read again, and the deletion itself is no event's row."""
        rows = await self._shadow["tenants"].find({"status": "deleted"}, {"_id": 1}).to_list(None)
        offboarded = await self._database[OFFBOARDINGS].find({}, {"tenant": 1}).to_list(None)
        if slugs := {row["_id"] for row in rows} | {row["tenant"] for row in offboarded}:
            for name in self._read_model:
                if name != "tenants":
                    await self._shadow[name].delete_many({"tenant": {"$in": sorted(slugs)}})


def _only_rows(handler: Handler, read_model: Iterable[str]) -> Handler:
    """A handler that writes rows of the read model alone: side effects and the service's own documents are not made again."""
    rows = frozenset(read_model)

    def handle(envelope: Envelope, event: Any) -> Iterable[Write]:
        return [
            write
            for write in handler(envelope, event)
            if not isinstance(write, InsertIfAbsent) and write.collection in rows
        ]

    return handle
