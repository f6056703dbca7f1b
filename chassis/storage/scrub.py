"""Overwrites deleted data that MongoDB still holds in its files.

Deleting frees pages and does not empty them; the oplog and the journal hold what was written until newer entries take its
place, which in a quiet municipality may be months later. So: records of random bytes are written into each collection and its
indexes, changed and removed again, until the free pages have been used anew; the files are compacted; notes of random bytes are
written into the oplog, and with them into the journal, until what stood there before has been pushed out and its pages used
anew. Found by measuring (docs/decisions/0023-what-is-left-in-files.md).

The filler's ids start with `FILLER` and it belongs to no tenant, so no query of a service finds it; what a killed run leaves is
removed by the next one.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from bson.binary import Binary

from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.storage.mongo import QUICK, Collection, Database, Document

FILLER = "~filler-"
RECORD_BYTES = 512
"""Random bytes a record of filler holds."""
AT_ONCE = 250
ROUNDS = 2
NOTE_BYTES = 1024 * 1024
LEAST_BYTES = 256 * 1024
"""Bytes of filler for a collection that says it has nothing free."""
OPLOG_PATIENCE = timedelta(minutes=5)
"""MongoDB shortens its oplog after a checkpoint of its own, once a minute by default."""
EVERY_FILLER: Document = {"_id": {"$gte": FILLER, "$lt": FILLER + "~"}}
LEFT_ALONE = frozenset(("_id", "due_at", "forget_at", "pending", "drop_at"))
"""Fields of indexes that must not be filled: they make a document be found by the worker, and hold nothing personal."""


class OplogTooLarge(RuntimeError):
    """The oplog is larger than the operator allowed to overwrite."""


async def scrub_collections(
    databases: Sequence[Database], say: Callable[[str], None] = lambda line: None
) -> tuple[int, int]:
    """Overwrite the free pages of all collections of these databases of one server; (bytes of filler written, bytes given back)."""
    files = [
        (database, name, await _indexed(database, name))
        for database in databases
        for name in await database.collections()
    ]
    filler = freed = 0
    for number in range(1, ROUNDS + 1):
        # All of them between two checkpoints, because a checkpoint takes far longer than the writing.
        for database, name, fields in files:
            size = max(LEAST_BYTES, int(1.5 * await _reusable_bytes(database, name)))
            filler += await _fill(database[name].with_options(write_concern=QUICK), fields, size)
        await checkpoint(databases[0])
        for database, name, _ in files:
            collection = database[name].with_options(write_concern=QUICK)
            await collection.update_many(EVERY_FILLER, {"$set": {"filler": Binary(os.urandom(RECORD_BYTES))}})
        await checkpoint(databases[0])
        for database, name, _ in files:
            await database[name].with_options(write_concern=QUICK).delete_many(EVERY_FILLER)
        await checkpoint(databases[0])
        say(f"{len(files)} collections: overwritten, round {number} of {ROUNDS}")
    for database, name, _ in files:
        compacted = await database.command({"compact": name, "force": True})
        freed += int(compacted.get("bytesFreed", 0))
    say(f"{freed} bytes were given back")
    return filler, freed


async def scrub_oplog(database: Database, at_most: int, say: Callable[[str], None] = lambda line: None) -> int:
    """Push everything that stands in the oplog and in the journal now out of them; the bytes written.

    Raises:
        OplogTooLarge: it may hold more than `at_most` bytes.
        TimeoutError: MongoDB did not shorten it in time.
    """
    stats = await database.command({"collStats": "oplog.rs"}, "local")
    size = int(stats["maxSize"])
    if size > at_most:
        raise OplogTooLarge(
            f"the oplog holds up to {size // 2**20} MB: make it smaller (replSetResizeOplog) or allow more"
        )
    begun, written = SystemClock().now(), 0
    async with asyncio.timeout(OPLOG_PATIENCE.total_seconds()):
        written += await _write_notes(database, int(1.2 * size))
        while await _oldest_entry_at(database) < begun:
            await checkpoint(database)
            await asyncio.sleep(1)
            written += await _write_notes(database, NOTE_BYTES)
    # What was pushed out left free pages behind: once more, over those.
    written += await _write_notes(database, int(1.2 * size))
    await checkpoint(database)
    say("oplog: overwritten")
    return written


async def _fill(collection: Collection, fields: list[str], size: int) -> int:
    written = 0
    while written < size:
        await collection.insert_many([_record(fields) for _ in range(AT_ONCE)], ordered=False)
        written += AT_ONCE * RECORD_BYTES
    return written


async def _indexed(database: Database, name: str) -> list[str]:
    """Fields whose indexes are to be overwritten too."""
    keys = [field for index in await database.indexes(name) for field in index["key"]]
    return sorted(set(keys) - LEFT_ALONE)


def _record(fields: list[str]) -> Document:
    record: Document = {"_id": FILLER + new_id(), "filler": Binary(os.urandom(RECORD_BYTES))}
    for path in fields:
        *outer, last = path.split(".")
        place: Any = record
        for step in outer:
            place = place.setdefault(step, {})
        if isinstance(place, dict):
            place[last] = os.urandom(16).hex()
    return record


async def _reusable_bytes(database: Database, name: str) -> int:
    """Free bytes in the files of a collection and of its indexes."""
    stats = await database.command({"collStats": name, "indexDetails": True})
    files = [stats["wiredTiger"], *stats.get("indexDetails", {}).values()]
    return sum(int(one["block-manager"]["file bytes available for reuse"]) for one in files)


async def _write_notes(database: Database, size: int) -> int:
    written = 0
    while written < size:
        await database.command({"appendOplogNote": 1, "data": {"filler": Binary(os.urandom(NOTE_BYTES))}}, "admin")
        written += NOTE_BYTES
    return written


async def _oldest_entry_at(database: Database) -> Any:
    """When the oldest entry of the oplog was written."""
    answer = await database.command(
        {"find": "oplog.rs", "sort": {"$natural": 1}, "limit": 1, "projection": {"ts": 1}}, "local"
    )
    return answer["cursor"]["firstBatch"][0]["ts"].as_datetime()


async def checkpoint(database: Database) -> None:
    """Write what is in memory to the files."""
    await database.command({"fsync": 1}, "admin")
