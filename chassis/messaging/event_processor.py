"""Processes batches of Kafka records: turns them into writes to MongoDB, each event once and in the order of its key.

Reads the progress of the aggregates at hand, drops what was handled before, stores what can't be handled as dead letters, and has the
rest written (`chassis.messaging.batch_writer`). Dying anywhere in between repeats the batch, which changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property

from pydantic import ValidationError

from chassis.clock import Clock
from chassis.jobs.heartbeat import Heartbeat
from chassis.messaging.batch_writer import BatchWriter, GateClosed, PreparedRecord, count_outcomes
from chassis.messaging.consumer_gate import ConsumerGate
from chassis.messaging.dead_letters import DeadLetterStore
from chassis.messaging.projection import Handler
from chassis.messaging.records import Record
from chassis.operations.logs import get_logger
from chassis.operations.metrics import Metrics
from chassis.programme import Programme
from chassis.storage.mongo import Database, PyMongoError, is_unavailable
from contracts.envelope import HEARTBEAT_TYPE, Envelope, MalformedRecord

log = get_logger()

BREAKER = 50
"""So many dead letters within one batch stop the consumer: then the fault is ours, not the events'."""


class BreakerOpen(RuntimeError):
    """The circuit breaker is open: too many events of one batch became dead letters."""


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
        self._load_handlers = handlers
        self._dead_letters = dead_letters
        self._gate = ConsumerGate(database)
        self.writer = BatchWriter(database, self._gate, clock, metrics)
        self._clock = clock
        self._metrics = metrics
        self.heartbeat = Heartbeat("consumer", metrics, patience=120)
        self.in_hand: Counter[str] = Counter()
        """Records of the batch that is being handled, by topic: Kafka's client counts them as read already."""

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
        """Process the dead letters of an ordering key again, in order, up to the first that still fails; returns how many.

        `over_gaps`: an operator has decided that a missing event will not come any more.
        """
        while True:
            with suppress(GateClosed):
                return await self._replay(ordering_key, await self._gate.wait_until_open(self._clock), over_gaps)

    async def _replay(self, ordering_key: str, epoch: int, over_gaps: bool = False) -> int:
        records = await self._dead_letters.of_key(ordering_key)
        reached = (await self.writer.progress_of({ordering_key})).get(ordering_key, 0)
        handled_records: list[Record] = []
        for record in records:
            read = self._read(record)
            if isinstance(read, str):
                break
            sequence, ordered = read.envelope.sequence, self._topics[record.topic].ordered
            if ordered and sequence > reached + 1 and not over_gaps:
                break
            if not (ordered and sequence <= reached) and await self.writer.write([read], epoch) is not None:
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
        blocked, reached = await asyncio.gather(
            self._dead_letters.blocked(ordering_keys), self.writer.progress_of(ordering_keys)
        )
        aside: list[tuple[Record, str, str, str]] = []
        handled: list[PreparedRecord] = []
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
        count_outcomes(self._metrics, outcomes)
        for ordering_key, offset in resumed.items():
            # In a compacted topic the last record is all there is to know: what was set aside before it has no meaning any more.
            if self._topics[ordering_key.partition(":")[0]].ordered:
                await self._replay(ordering_key, epoch)
            else:
                await self._dead_letters.erase({ordering_key}, before=offset)
        if aside or blocked:
            await self.refresh_metrics()

    def _read(self, record: Record) -> PreparedRecord | str:
        """Prepare the writes of a record, or say why it can't be handled (never quoting its content)."""
        try:
            envelope = Envelope.from_record(record.value, record.headers)
            if envelope.type == HEARTBEAT_TYPE:
                return PreparedRecord(record, envelope, ())
            model = self._events().get(envelope.type)
            handler = self._handlers.get(envelope.type)
            if model is None or handler is None:
                return PreparedRecord(record, envelope, ())
            event = None if envelope.data is None else model.model_validate_json(envelope.data)
            return PreparedRecord(record, envelope, tuple(handler(envelope, event)))
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

    async def _write(self, handled: list[PreparedRecord], epoch: int) -> list[tuple[Record, str, str, str]]:
        """Write a batch, or key by key where that fails; returns the dead letters that are left of it."""
        if not handled:
            return []
        if await self.writer.write(handled, epoch, retry=False) is None:
            return []
        ordering_keys: dict[str, list[PreparedRecord]] = {}
        for item in handled:
            ordering_keys.setdefault(item.record.ordering_key, []).append(item)
        aside: list[tuple[Record, str, str, str]] = []
        for items in ordering_keys.values():
            for index, item in enumerate(items):
                reason = await self.writer.write([item], epoch)
                if reason is not None:
                    aside.append((item.record, "parked", item.envelope.tenant, reason))
                    behind = "an earlier event of the same aggregate is set aside"
                    aside += [(later.record, "parked", later.envelope.tenant, behind) for later in items[index + 1 :]]
                    break
        return aside
