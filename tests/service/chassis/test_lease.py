"""One process of a service holds its lease; who waits for it asks seldom, and hears when it got it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, cast

import pytest

from chassis.jobs import lease
from chassis.jobs.lease import Lease
from chassis.storage.mongo import Collection, Database
from tests.support.waiting import until


class Counted:
    """A collection that counts how often it is written to."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self.writes = 0

    async def update_one(self, *args: Any, **options: Any) -> Any:
        self.writes += 1
        return await self._collection.update_one(*args, **options)


async def test_many_loops_that_wait_for_a_lease_ask_once(database: Database) -> None:
    asked = Counted(database["leases"])
    holder, waiting = Lease(database["leases"], "worker"), Lease(cast(Collection, asked), "worker")
    waiting.ask_again = 3600.0
    assert await holder.hold()
    assert not any([await waiting.hold() for _ in range(5)])
    assert asked.writes == 1


async def test_many_loops_that_find_it_time_to_renew_renew_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(database["leases"])
    holder = Lease(cast(Collection, counted), "worker")
    assert await holder.hold()
    monkeypatch.setattr(lease, "RENEW_AFTER", 60.0)
    assert all(await asyncio.gather(*(holder.hold() for _ in range(10))))
    assert counted.writes == 2


async def test_who_waits_for_a_lease_is_told_of_getting_it(database: Database) -> None:
    first, second = (Lease(database["leases"], "worker") for _ in range(2))
    gained: list[str] = []
    first.on_gained, second.on_gained = (lambda: gained.append("first")), (lambda: gained.append("second"))

    async def told(name: str) -> bool:
        return name in gained

    first_keeps = asyncio.create_task(first.keep())
    await until(lambda: told("first"), "the lease")
    second_keeps = asyncio.create_task(second.keep())
    assert not await second.hold()
    first_keeps.cancel()
    with suppress(asyncio.CancelledError):
        await first_keeps
    await first.release()
    await until(lambda: told("second"), "the lease changing hands")
    assert not await first.hold()
    second_keeps.cancel()
    with suppress(asyncio.CancelledError):
        await second_keeps
    assert gained == ["first", "second"]
