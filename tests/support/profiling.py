"""What MongoDB did during a part of a test, as its own profiler records it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from chassis.storage.mongo import Database


@asynccontextmanager
async def profiled(database: Database) -> AsyncIterator[list[dict[str, Any]]]:
    """The list holds the operations once the block has ended."""
    operations: list[dict[str, Any]] = []
    await database.command({"profile": 0})
    await database.drop_collection("system.profile")
    await database.command({"profile": 2})
    try:
        yield operations
    finally:
        await database.command({"profile": 0})
    recorded = database["system.profile"].find({"ns": {"$not": {"$regex": r"system\.profile$"}}})
    operations += await recorded.to_list(None)
