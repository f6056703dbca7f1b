"""Writes what the events of a batch come to, and then how far each ordering key has got.

One bulk per collection, quickly: first the rows, then what is due because of them, which is worked off as soon as it can be read. The
progress last, durably, which makes the writes before it durable as well. Dying in between repeats the batch, which changes nothing (see
`chassis.messaging.projection`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pymongo import UpdateOne

from chassis.clock import Clock
from chassis.messaging.consumer_gate import ConsumerGate
from chassis.messaging.projection import InsertIfAbsent, InsertRow, Operation, Write, operations
from chassis.messaging.records import Record
from chassis.operations.failpoints import failpoint
from chassis.operations.metrics import Metrics
from chassis.storage.mongo import (
    DUPLICATE_KEY,
    QUICK,
    BulkWriteError,
    Collection,
    Database,
    PyMongoError,
    is_unavailable,
)
from contracts.envelope import Envelope

RETRY_PAUSES = (0.1, 0.5, 2.0)
"""Seconds between attempts at an event whose handler fails, before it becomes a dead letter."""
CHUNK = 500
"""Writes that go to MongoDB as one; several chunks go at once, since their order does not matter."""


class GateClosed(RuntimeError):
    """The read model is being swapped under this batch: it is handled again on the new one."""


@dataclass(frozen=True, slots=True)
class PreparedRecord:
    """A record with the writes that it comes to, before they are made."""

    record: Record
    envelope: Envelope
    writes: tuple[Write, ...]


class BatchWriter:
    """Writes the effects of prepared records to a service's database."""

    def __init__(self, database: Database, gate: ConsumerGate, clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._progress = database["progress"]
        self._gate = gate
        self._clock = clock
        self._metrics = metrics
        self.on_written: Callable[[str], None] = lambda collection: None
        """Called with the name of each collection that a batch has written to and in which something may be due."""

    async def write(self, handled: list[PreparedRecord], epoch: int, retry: bool = True) -> str | None:
        """Write the effects, then the progress. Returns None, or the reason why they can't be written.

        Raises:
            GateClosed: the gate was closed since `epoch`; what was written may have been swapped away.
        """
        for pause in (*(RETRY_PAUSES if retry else ()), None):
            try:
                writes = ((item.envelope, item.writes) for item in handled)
                batch = operations(writes, self._clock.now())
                await self._write_bulks(batch.rows)
                await self._write_bulks(batch.due)
                failpoint("consumer.before_progress")
                if await self._gate.epoch() != epoch:
                    raise GateClosed
                await self._record_progress(handled)
                for name in _collections_due_now(handled):
                    self.on_written(name)
            except PyMongoError as error:
                if is_unavailable(error):
                    raise
                if pause is None:
                    return f"it can't be stored: {type(error).__name__}"
                await asyncio.sleep(pause)
            else:
                count_outcomes(
                    self._metrics,
                    Counter((item.record.topic, "handled" if item.writes else "ignored") for item in handled),
                )
                return None
        raise AssertionError("unreachable")

    async def _write_bulks(self, bulks: Mapping[str, Sequence[Operation]]) -> None:
        chunks = [(name, bulk[at : at + CHUNK]) for name, bulk in bulks.items() for at in range(0, len(bulk), CHUNK)]
        await asyncio.gather(
            *(_write_bulk(self._database[name].with_options(write_concern=QUICK), chunk) for name, chunk in chunks)
        )

    async def _record_progress(self, handled: list[PreparedRecord]) -> None:
        """Write how far each ordering key has got: the batch's last write, which makes those before it durable as well."""
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
        await asyncio.gather(*(_write_bulk(self._progress, bulk) for bulk in (begun, further) if bulk))

    async def progress_of(self, ordering_keys: set[str]) -> dict[str, int]:
        """The sequence that each of these ordering keys has reached; without those of which nothing was handled."""
        documents = await self._progress.find({"_id": {"$in": list(ordering_keys)}}).to_list(None)
        return {document["_id"]: document["seq"] for document in documents}


def count_outcomes(metrics: Metrics, outcomes: Counter[tuple[str, str]]) -> None:
    """Count what became of records, by (topic, outcome)."""
    for (topic, outcome), times in outcomes.items():
        metrics.handled.labels(topic, outcome).inc(times)


def _collections_due_now(handled: Iterable[PreparedRecord]) -> set[str]:
    """The collections that were written to, without those in which nothing is due before some time has passed."""
    writes = [write for item in handled for write in item.writes]
    return {write.collection for write in writes if not (isinstance(write, InsertIfAbsent) and write.after)}


async def _write_bulk(collection: Collection, bulk: Sequence[Operation]) -> None:
    """Write a bulk, in any order. Rows that are already further than the event stay as they are; a row to insert that is there is updated."""
    try:
        await collection.bulk_write(bulk, ordered=False)
    except BulkWriteError as error:
        failed = error.details["writeErrors"]
        if any(one["code"] != DUPLICATE_KEY or "_id_" not in one["errmsg"] for one in failed):
            raise
        tried = [bulk[one["index"]] for one in failed]
        if again := [one.as_update() for one in tried if isinstance(one, InsertRow)]:
            await _write_bulk(collection, again)
