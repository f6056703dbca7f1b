"""`kommune scrub`: overwrites what the databases of all services have let go of."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from chassis.settings import Settings
from chassis.storage.mongo import connect
from chassis.storage.scrub import scrub_collections, scrub_oplog
from kommune.services import NAMES

MEGABYTE = 2**20


async def scrub(settings: Settings, oplog_megabytes: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Overwrite free pages in each service's database, then the oplog and the journal (0 leaves these as they are).

    Raises:
        chassis.storage.scrub.OplogTooLarge, PyMongoError: a right is missing, or MongoDB is away.
    """
    started, notes = time.monotonic(), 0
    databases = [connect(settings, name, patient=True) for name in NAMES]
    try:
        filler, freed = await scrub_collections(databases, say)
        if oplog_megabytes:
            notes = await scrub_oplog(databases[0], oplog_megabytes * MEGABYTE, say)
    finally:
        for database in databases:
            await database.close()
    seconds = round(time.monotonic() - started, 1)
    return {"filler_bytes": filler, "oplog_bytes": notes, "freed_bytes": freed, "seconds": seconds}
