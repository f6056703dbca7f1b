"""The relay publishes events from outboxes to Kafka: in order per aggregate, each at least once.

Under the worker's lease, so one relay runs per service. All that waits for one partition goes out as one record batch, which Kafka
appends wholly or not at all; the partition's next batch is sent only after the former was acknowledged. That keeps the
order of every aggregate without a round trip per event.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner
from pymongo import UpdateOne

from chassis.clock import SystemClock, rfc3339
from chassis.ids import new_id
from chassis.jobs.heartbeat import Heartbeat, stopping
from chassis.jobs.lease import Lease
from chassis.messaging.connection import connection
from chassis.messaging.outbox import envelope
from chassis.operations.failpoints import failpoint
from chassis.operations.logs import get_logger
from chassis.operations.metrics import Metrics
from chassis.settings import Settings
from chassis.storage.mongo import QUICK, Database, Document, is_unavailable
from contracts.envelope import HEARTBEAT_TYPE, PLATFORM, Envelope, Topic

log = get_logger()

DOCUMENTS_A_ROUND = 1000
ENTRIES_A_DOCUMENT = 1000
SEND_TIMEOUT = 15.0
BATCH_BYTES = 512 * 1024
IDLE = (0.02, 0.2)
"""Seconds between polls, at least and at most, when nothing happens."""
QUIET = 20.0
"""Seconds between polls where every change is reported."""


class Relay:
    """Publishes what stands in the outboxes of some collections of one service."""

    def __init__(
        self,
        service: str,
        settings: Settings,
        database: Database,
        collections: Sequence[str],
        lease: Lease,
        metrics: Metrics,
        heartbeat_topics: Iterable[Topic] = (),
        pause: float = 0.05,
    ) -> None:
        """`heartbeat_topics`: topics that it sends heartbeat records into. `pause`: seconds after a round, in which what comes goes together."""
        namespace = settings.namespace
        self._heartbeat_seconds = settings.heartbeat_seconds
        self._heartbeat_topics = [f"{namespace}.{topic.name}" for topic in heartbeat_topics]
        self._heartbeats_sent_at = -settings.heartbeat_seconds
        self._pause = pause
        self._source = f"/{service}"
        self._namespace = namespace
        self._connection = connection(settings)
        self._database = database
        self._collections = tuple(collections)
        self._pipeline = _waiting_in(collections)
        self._acknowledged: set[str] = set()
        """Events that Kafka has, of documents that may still be read as they were before these were removed."""
        self._lease = lease
        self._metrics = metrics
        self._producer: AIOKafkaProducer | None = None
        self._partitioner = DefaultPartitioner()
        self._wake = asyncio.Event()
        self.is_quiet: Callable[[], bool] = lambda: False
        """Whether every change is reported by `wake` (`chassis.jobs.change_watch`)."""
        self.heartbeat = Heartbeat("relay", metrics)

    def wake(self) -> None:
        """Look into the outboxes now rather than at the next poll, because something was committed."""
        self._wake.set()

    async def run(self) -> None:
        """Publish until cancelled."""
        pause = IDLE[0]
        try:
            while not stopping():
                self._wake.clear()
                try:
                    published = await self._round() if await self._lease.hold() else 0
                    self.heartbeat.beat()
                except Exception as error:
                    if not (is_unavailable(error) or isinstance(error, KafkaError | TimeoutError | OSError)):
                        raise
                    log.warning("relay waits", error=type(error).__name__)
                    self._metrics.publish_failures.inc()
                    await self._drop_producer()
                    await asyncio.sleep(0.5)
                    continue
                if published:
                    pause = IDLE[0]
                    await asyncio.sleep(self._pause)  # whoever wakes the relay meanwhile goes together with the others
                    continue
                pause = QUIET if self.is_quiet() else min(pause * 1.5, IDLE[1])
                self.heartbeat.rest(pause)
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._wake.wait()
        finally:
            await self._drop_producer()

    async def _round(self) -> int:
        """Publish what waits now; returns the number of events that Kafka acknowledged."""
        if not self._collections:
            return 0
        waiting = await self._database.aggregate(self._collections[0], self._pipeline)
        self._acknowledged &= {entry["i"] for document in waiting for entry in document["outbox"]}
        oldest = min((d["outbox"][0]["t"] for d in waiting if d["outbox"]), default=None)
        self._metrics.outbox_pending.set(len(waiting))
        self._metrics.outbox_age.set(_age(oldest))
        if self._heartbeat_topics and time.monotonic() - self._heartbeats_sent_at >= self._heartbeat_seconds:
            await self._send_heartbeats(await self._started_producer())
        if not waiting:
            return 0
        producer = await self._started_producer()
        by_partition = await self._by_partition(producer, waiting)
        results = await asyncio.gather(
            *(self._send(producer, topic, partition, items) for (topic, partition), items in by_partition.items()),
            return_exceptions=True,
        )
        acknowledged = [item for result in results if not isinstance(result, BaseException) for item in result]
        self._acknowledged.update(acknowledged)
        await self._remove_acknowledged(waiting)
        failures = [result for result in results if isinstance(result, BaseException)]
        if failures:
            raise failures[0]
        return len(acknowledged)

    async def _by_partition(
        self, producer: AIOKafkaProducer, waiting: Sequence[Document]
    ) -> dict[tuple[str, int], list[tuple[Document, Document]]]:
        """Documents and entries by topic and partition, each document's in order."""
        by_partition: dict[tuple[str, int], list[tuple[Document, Document]]] = defaultdict(list)
        partitions: dict[str, list[int]] = {}
        for document in waiting:
            for entry in document["outbox"]:
                if entry["i"] in self._acknowledged:
                    continue
                topic = f"{self._namespace}.{entry['o']}"
                if topic not in partitions:
                    partitions[topic] = sorted(await producer.partitions_for(topic))
                partition = self._partitioner(entry["k"].encode(), partitions[topic], partitions[topic])
                by_partition[topic, partition].append((document, entry))
        return by_partition

    async def _send(
        self, producer: AIOKafkaProducer, topic: str, partition: int, items: Sequence[tuple[Document, Document]]
    ) -> list[str]:
        """Send as many entries as fit into one batch; returns the ids of the events that were acknowledged."""
        batch = producer.create_batch()
        sent: list[str] = []
        for document, entry in items:
            record = envelope(entry, document["tenant"], self._source)
            # The record's own timestamp is when it is sent: Kafka refuses batches from clocks that run ahead. ce_time says when it happened.
            appended = batch.append(
                key=entry["k"].encode(), value=record.data, timestamp=None, headers=record.headers()
            )
            if appended is None:
                break
            sent.append(entry["i"])
        failpoint("relay.before_send")
        async with asyncio.timeout(SEND_TIMEOUT):
            await (await producer.send_batch(batch, topic, partition=partition))
        failpoint("relay.after_send")
        self._metrics.published.labels(topic.removeprefix(f"{self._namespace}.")).inc(len(sent))
        return sent

    async def _send_heartbeats(self, producer: AIOKafkaProducer) -> None:
        """Send a heartbeat record into every partition of the compacted topics, so that segments close (`contracts.envelope.HEARTBEAT_TYPE`)."""
        self._heartbeats_sent_at = time.monotonic()
        async with asyncio.timeout(SEND_TIMEOUT):
            sent = []
            for topic in self._heartbeat_topics:
                for partition in sorted(await producer.partitions_for(topic)):
                    key, now = f"heartbeat-{partition}", SystemClock().now()
                    beat = Envelope(new_id(), HEARTBEAT_TYPE, self._source, rfc3339(now), key, PLATFORM, 1, None)
                    sent.append(
                        await producer.send(topic, key=key.encode(), partition=partition, headers=beat.headers())
                    )
            await asyncio.gather(*sent)

    async def _remove_acknowledged(self, waiting: Sequence[Document]) -> None:
        """Remove acknowledged entries from their documents and clear `pending` where none is left.

        Not durably, as that would cost more than all else here: outboxes are read as a majority has them, so the next round may meet
        these entries again and passes over them. Were the removal lost, they would be published twice, which consumers notice.
        """
        by_collection: dict[str, list[Document]] = defaultdict(list)
        for document in waiting:
            by_collection[document["in"]].append(document)
        await asyncio.gather(*(self._empty_outboxes(name, documents) for name, documents in by_collection.items()))

    async def _empty_outboxes(self, name: str, documents: Sequence[Document]) -> None:
        """Remove acknowledged entries from the documents of one collection."""
        collection = self._database[name].with_options(write_concern=QUICK)
        whole: list[Document] = []
        part: list[Document] = []
        for document in documents:
            acknowledged = sum(entry["i"] in self._acknowledged for entry in document["outbox"])
            if acknowledged == len(document["outbox"]) < ENTRIES_A_DOCUMENT:
                whole.append(document)
            elif acknowledged:
                part.append(document)
        if whole:
            # Nearly always nothing has happened to a document meanwhile; then one write does.
            emptied = [
                UpdateOne({"_id": d["_id"], "version": d["version"]}, {"$set": {"outbox": [], "pending": False}})
                for d in whole
            ]
            result = await collection.bulk_write(emptied, ordered=False)
            if result.matched_count < len(whole):
                part += whole
        if part:
            removed = {d["_id"]: [e["i"] for e in d["outbox"] if e["i"] in self._acknowledged] for d in part}
            pulls = [UpdateOne({"_id": id}, {"$pull": {"outbox": {"i": {"$in": ids}}}}) for id, ids in removed.items()]
            await collection.bulk_write(pulls, ordered=False)
            await collection.update_many(
                {"_id": {"$in": list(removed)}, "outbox": {"$size": 0}}, {"$set": {"pending": False}}
            )

    async def _started_producer(self) -> AIOKafkaProducer:
        """The producer, started where there is none.

        It is kept before it has started, so that `_drop_producer` also stops one that is half started.
        """
        if self._producer is None:
            self._producer = AIOKafkaProducer(
                **self._connection,
                client_id=f"{self._namespace}{self._source}-relay",
                enable_idempotence=True,
                acks="all",
                max_batch_size=BATCH_BYTES,
                max_request_size=4 * 1024 * 1024,
                request_timeout_ms=10_000,
                metadata_max_age_ms=60_000,
            )
            async with asyncio.timeout(SEND_TIMEOUT):
                await self._producer.start()
        return self._producer

    async def _drop_producer(self) -> None:
        """Stop the producer, because one whose batch timed out may have lost its place in the sequence.

        With a time limit: with Kafka away its stop never returns.
        """
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(Exception):
                async with asyncio.timeout(3):
                    await producer.stop()


def _waiting_in(collections: Sequence[str]) -> list[Document]:
    """Aggregation over all collections: documents with events that wait, and the collection of each (`in`)."""

    def those(name: str) -> list[Document]:
        shown = {"tenant": 1, "version": 1, "outbox": {"$slice": ["$outbox", ENTRIES_A_DOCUMENT]}, "in": name}
        return [{"$match": {"pending": True}}, {"$limit": DOCUMENTS_A_ROUND}, {"$project": shown}]

    unions = [{"$unionWith": {"coll": name, "pipeline": those(name)}} for name in collections[1:]]
    return [stage for name in collections[:1] for stage in those(name)] + unions


def _age(oldest: Any) -> float:
    return max(0.0, (SystemClock().now() - oldest).total_seconds()) if isinstance(oldest, datetime) else 0.0
