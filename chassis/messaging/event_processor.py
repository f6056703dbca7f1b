"""Processes batches of Kafka records: turns them into writes to MongoDB, each event once and in the order of its key.

Reads the progress of the aggregates at hand, drops what was handled before, stores what can't be handled as dead letters, folds the
writes of the rest into one bulk per collection and then records the progress, durably. Dying anywhere in between repeats
the batch, which changes nothing (see `chassis.messaging.projection`).
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from pydantic import ValidationError
from pymongo import UpdateOne

from chassis.clock import Clock
from chassis.jobs.heartbeat import Heartbeat
from chassis.messaging.consumer_gate import ConsumerGate
from chassis.messaging.dead_letters import DeadLetterStore
from chassis.messaging.projection import Handler, InsertIfAbsent, InsertRow, Operation, Write, operations
from chassis.messaging.records import Record
from chassis.operations.failpoints import failpoint
from chassis.operations.logs import get_logger
from chassis.operations.metrics import Metrics
from chassis.programme import Programme
from chassis.storage.mongo import (
    DUPLICATE_KEY,
    QUICK,
    BulkWriteError,
    Collection,
    Database,
    PyMongoError,
    is_unavailable,
)
from contracts.envelope import HEARTBEAT_TYPE, Envelope, MalformedRecord

log = get_logger()

RETRY_PAUSES = (0.1, 0.5, 2.0)
"""Seconds between attempts at an event whose handler fails, before it becomes a dead letter."""
CHUNK = 500
"""Writes that go to MongoDB as one; several chunks go at once, since their order does not matter."""
BREAKER = 50
"""So many dead letters within one batch stop the consumer: then the fault is ours, not the events'."""


class GateClosed(RuntimeError):
    """The read model is being swapped under this batch: it is handled again on the new one."""


class BreakerOpen(RuntimeError):
    """The circuit breaker is open: too many events of one batch became dead letters."""


@dataclass(frozen=True, slots=True)
class Handled:
    """A record that was read and is about to be written."""

    record: Record
    envelope: Envelope
    writes: tuple[Write, ...]


class EventProcessor:
    """Processes the batches of one service."""

    def __init__(
        self,
        database: Database,
        handlers: Callable[[], Mapping[str, Handler]],
        dead_letters: DeadLetterStore,
        clock: Clock,
        metrics: Metrics,
        programme: Programme,
    ) -> None:
        self._events, self._topics = programme.events, programme.topics
        self._database = database
        self._load_handlers = handlers
        self._dead_letters = dead_letters
        self._progress = database["progress"]
        self._gate = ConsumerGate(database)
        self._clock = clock
        self._metrics = metrics
        self.heartbeat = Heartbeat("consumer", metrics, patience=120)
        self.in_hand: Counter[str] = Counter()
        """Records of the batch that is being handled, by topic: Kafka's client counts them as read already."""
        self.wrote: Callable[[str], None] = lambda collection: None
        """Called for each collection that a batch has written to, where something may be due."""

    @cached_property
    def _handlers(self) -> Mapping[str, Handler]:
        return self._load_handlers()

    async def handle(self, records: Sequence[Record]) -> None:
        """Handle a batch; returns when its effects are durable. Waits as long as MongoDB is away.

        Raises:
            BreakerOpen: nothing of the batch may be counted as handled.
        """
        self.in_hand = Counter(record.topic for record in records)
        try:
            while True:
                self.heartbeat.beat()
                started = time.perf_counter()
                try:
                    await self._handle(records, await self._gate.wait_until_open(self._clock))
                except GateClosed:
                    continue
                except PyMongoError as error:
                    if not is_unavailable(error):
                        raise
                    log.warning("consumer waits for MongoDB", error=type(error).__name__)
                    await asyncio.sleep(1)
                    continue
                self._metrics.handler_seconds.observe(time.perf_counter() - started)
                self.heartbeat.beat()
                return
        finally:
            self.in_hand = Counter()

    async def replay(self, ordering_key: str, over_gaps: bool = False) -> int:
        """Process the dead letters of an ordering key again, in order, up to the first that still fails; the number processed.

        `over_gaps`: an operator has decided that a missing event will not come any more.
        """
        while True:
            with suppress(GateClosed):
                return await self._replay(ordering_key, await self._gate.wait_until_open(self._clock), over_gaps)

    async def _replay(self, ordering_key: str, epoch: int, over_gaps: bool = False) -> int:
        records = await self._dead_letters.of_key(ordering_key)
        reached = (await self._reached({ordering_key})).get(ordering_key, 0)
        handled_records: list[Record] = []
        for record in records:
            read = self._read(record)
            if isinstance(read, str):
                break
            sequence, ordered = read.envelope.sequence, self._topics[record.topic].ordered
            if ordered and sequence > reached + 1 and not over_gaps:
                break
            if not (ordered and sequence <= reached) and await self._write_or_reason([read], epoch) is not None:
                break
            reached = max(reached, sequence)
            handled_records.append(record)
        await self._dead_letters.remove(handled_records)
        await self.refresh_metrics()
        return len(handled_records)

    def reason_against(self, record: Record) -> str | None:
        """Why a record can't be handled, as far as that can be said without writing; None: nothing speaks against it."""
        read = self._read(record)
        return read if isinstance(read, str) else None

    def is_personal(self, topic: str) -> bool:
        """Whether a topic carries personal data."""
        return topic not in self._topics or self._topics[topic].personal_data

    async def erase(self, ordering_keys: Iterable[str]) -> int:
        """Delete the dead letters of these ordering keys, because their person is erased; the number deleted."""
        erased = await self._dead_letters.erase(ordering_keys)
        if erased:
            await self.refresh_metrics()
        return erased

    async def refresh_metrics(self) -> None:
        """Bring the gauges of dead letters up to date."""
        counts = await self._dead_letters.counts()
        self._metrics.parked.set(counts["parked"])
        self._metrics.waiting.set(counts["waiting"])

    async def _handle(self, records: Sequence[Record], epoch: int) -> None:
        ordering_keys = {record.ordering_key for record in records}
        blocked, reached = await asyncio.gather(self._dead_letters.blocked(ordering_keys), self._reached(ordering_keys))
        aside: list[tuple[Record, str, str, str]] = []
        handled: list[Handled] = []
        outcomes: Counter[tuple[str, str]] = Counter()
        resumed: dict[str, int] = {}
        for record in records:
            read, ordering_key = self._read(record), record.ordering_key
            if isinstance(read, str):
                aside.append((record, "parked", record.tenant, read))
                blocked[ordering_key] = "parked"
                continue
            sequence, tenant = read.envelope.sequence, read.envelope.tenant
            ordered, before = self._topics[record.topic].ordered, reached.get(ordering_key, 0)
            if ordered and sequence <= before:
                outcomes[record.topic, "duplicate"] += 1
            elif ordered and blocked.get(ordering_key) == "parked":
                aside.append((record, "parked", tenant, "an earlier event of the same aggregate is set aside"))
            elif ordered and sequence > before + 1:
                aside.append((record, "waiting", tenant, f"event {before + 1} of the aggregate is missing"))
                blocked[ordering_key] = "waiting"
            else:
                handled.append(read)
                reached[ordering_key] = sequence
                if ordering_key in blocked:
                    resumed[ordering_key] = record.offset
        aside += await self._write(handled, epoch)
        if sum(state == "parked" for _, state, _, _ in aside) > BREAKER:
            raise BreakerOpen(f"{len(aside)} events of one batch can't be handled")
        if aside:
            await self._dead_letters.add(aside, self._clock.now())
            for record, state, _, reason in aside:
                outcomes[record.topic, state] += 1
                log.error(
                    "event set aside",
                    topic=record.topic,
                    partition=record.partition,
                    offset=record.offset,
                    reason=reason,
                    trace=record.traceparent,
                )
        self._count(outcomes)
        for ordering_key, offset in resumed.items():
            # In a compacted topic the last record is all there is to know: what was set aside before it has no meaning any more.
            if self._topics[ordering_key.partition(":")[0]].ordered:
                await self._replay(ordering_key, epoch)
            else:
                await self._dead_letters.erase({ordering_key}, before=offset)
        if aside or blocked:
            await self.refresh_metrics()

    def _read(self, record: Record) -> Handled | str:
        """The record's writes, or why it can't be handled (never quoting its content)."""
        try:
            envelope = Envelope.from_record(record.value, record.headers)
            if envelope.type == HEARTBEAT_TYPE:
                return Handled(record, envelope, ())
            model = self._events().get(envelope.type)
            handler = self._handlers.get(envelope.type)
            if model is None or handler is None:
                return Handled(record, envelope, ())
            event = None if envelope.data is None else model.model_validate_json(envelope.data)
            return Handled(record, envelope, tuple(handler(envelope, event)))
        except MalformedRecord as error:
            return f"not a CloudEvent: {error}"
        except ValidationError as error:
            places = ", ".join(
                ".".join(map(str, e["loc"])) or "the whole value" for e in error.errors(include_input=False)[:3]
            )
            return f"data does not fit its type at {places}"
        except Exception as error:
            log.exception("handler failed", topic=record.topic, offset=record.offset)
            return f"the handler failed: {type(error).__name__}"

    async def _write(self, handled: list[Handled], epoch: int) -> list[tuple[Record, str, str, str]]:
        """Write the batch; where that fails, key by key; what fails by itself becomes a dead letter."""
        if not handled:
            return []
        if await self._write_or_reason(handled, epoch, retry=False) is None:
            return []
        ordering_keys: dict[str, list[Handled]] = {}
        for item in handled:
            ordering_keys.setdefault(item.record.ordering_key, []).append(item)
        aside: list[tuple[Record, str, str, str]] = []
        for items in ordering_keys.values():
            for index, item in enumerate(items):
                reason = await self._write_or_reason([item], epoch)
                if reason is not None:
                    aside.append((item.record, "parked", item.envelope.tenant, reason))
                    behind = "an earlier event of the same aggregate is set aside"
                    aside += [(later.record, "parked", later.envelope.tenant, behind) for later in items[index + 1 :]]
                    break
        return aside

    async def _write_or_reason(self, handled: list[Handled], epoch: int, retry: bool = True) -> str | None:
        """Write the effects, then the sequence reached. None when done, else the reason why it can't be.

        Raises:
            GateClosed: the gate was closed since `epoch`; what was written may have been swapped away.
        """
        for pause in (*(RETRY_PAUSES if retry else ()), None):
            try:
                writes = ((item.envelope, item.writes) for item in handled)
                bulks = operations(writes, self._clock.now())
                chunks = [
                    (name, bulk[at : at + CHUNK]) for name, bulk in bulks.items() for at in range(0, len(bulk), CHUNK)
                ]
                await asyncio.gather(*(self._rows(name, chunk) for name, chunk in chunks))
                failpoint("consumer.before_progress")
                if await self._gate.epoch() != epoch:
                    raise GateClosed
                await self._record_progress(handled)
                for name in _due_now(handled):
                    self.wrote(name)
            except PyMongoError as error:
                if is_unavailable(error):
                    raise
                if pause is None:
                    return f"it can't be stored: {type(error).__name__}"
                await asyncio.sleep(pause)
            else:
                self._count(Counter((item.record.topic, "handled" if item.writes else "ignored") for item in handled))
                return None
        raise AssertionError("unreachable")

    async def _rows(self, name: str, bulk: Sequence[Operation]) -> None:
        await _bulk(self._database[name].with_options(write_concern=QUICK), bulk)

    async def _record_progress(self, handled: list[Handled]) -> None:
        """The batch's last write, majority and journaled: it makes the writes before it durable as well."""
        first: dict[str, int] = {}
        last: dict[str, int] = {}
        for item in handled:
            ordering_key, sequence = item.record.ordering_key, item.envelope.sequence
            first.setdefault(ordering_key, sequence)
            last[ordering_key] = sequence
        begun: list[Operation] = [InsertRow(key, {"seq": seq}) for key, seq in last.items() if first[key] == 1]
        further: list[Operation] = [
            UpdateOne({"_id": key}, {"$max": {"seq": seq}}, upsert=True) for key, seq in last.items() if first[key] != 1
        ]
        # At once: the driver would wait for the journal with the ones before it sends the others.
        await asyncio.gather(*(_bulk(self._progress, bulk) for bulk in (begun, further) if bulk))

    async def _reached(self, ordering_keys: set[str]) -> dict[str, int]:
        documents = await self._progress.find({"_id": {"$in": list(ordering_keys)}}).to_list(None)
        return {document["_id"]: document["seq"] for document in documents}

    def _count(self, outcomes: Counter[tuple[str, str]]) -> None:
        for (topic, outcome), times in outcomes.items():
            self._metrics.handled.labels(topic, outcome).inc(times)


def _due_now(handled: Iterable[Handled]) -> set[str]:
    """The collections that were written to, without those in which nothing is due before some time has passed."""
    writes = [write for item in handled for write in item.writes]
    return {write.collection for write in writes if not (isinstance(write, InsertIfAbsent) and write.after)}


async def _bulk(collection: Collection, bulk: Sequence[Operation]) -> None:
    """Unordered. Rows that are already further than the event are left as they are; what was inserted and is there is updated."""
    try:
        await collection.bulk_write(bulk, ordered=False)
    except BulkWriteError as error:
        failed = error.details["writeErrors"]
        if any(one["code"] != DUPLICATE_KEY or "_id_" not in one["errmsg"] for one in failed):
            raise
        tried = [bulk[one["index"]] for one in failed]
        if again := [one.as_update() for one in tried if isinstance(one, InsertRow)]:
            await _bulk(collection, again)
