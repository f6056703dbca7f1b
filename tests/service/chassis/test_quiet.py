"""While nothing happens a worker's loops sleep until the next due time they know; a change by another process wakes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import Clock, ShiftedClock, SystemClock
from chassis.jobs import scheduled_jobs
from chassis.jobs.change_watch import ChangeWatch
from chassis.jobs.lease import Lease
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.operations.metrics import Metrics
from chassis.settings import Settings
from chassis.storage.mongo import Database, connect
from tests.support.waiting import until

NEVER = 3600.0


@dataclass
class Worker:
    """One job over `things` that never polls by itself."""

    database: Database
    clock: Clock = field(default_factory=SystemClock)
    handled: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        things = self.database["things"]

        async def handle(document: dict[str, Any]) -> None:
            assert document["due_at"] <= self.clock.now()
            self.handled.append(document["_id"])
            await things.update_one({"_id": document["_id"]}, {"$unset": {"due_at": ""}})

        lease = Lease(self.database["leases"], "worker")
        self.job = ScheduledJob("test", things, handle, lease, self.clock, Metrics("test"), poll=NEVER)
        self.watch = ChangeWatch(self.database, self.job.wake)
        self.job.is_quiet = lambda: self.watch.quiet

    async def has_handled(self, id: str) -> bool:
        return id in self.handled


@pytest.fixture
async def worker(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worker]:
    monkeypatch.setattr(scheduled_jobs, "LONGEST_SLEEP", NEVER)
    made = Worker(database)
    tasks = [asyncio.create_task(made.watch.run()), asyncio.create_task(made.job.run())]
    await until(lambda: _truth(made.watch.quiet), "quiet")
    yield made
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _truth(value: bool) -> bool:
    return value


async def test_a_change_by_another_process_wakes_a_sleeping_job(worker: Worker, settings: Settings) -> None:
    other = connect(settings, "test")
    for id in ("first", "second"):
        await other["things"].insert_one({"_id": id, "due_at": SystemClock().now()})
        await until(lambda id=id: worker.has_handled(id), "the work")  # type: ignore[misc]
        await until(lambda: _truth(worker.watch.quiet), "quiet")
    await other.close()


async def test_what_becomes_due_is_done_at_its_time_though_nothing_changes(worker: Worker, settings: Settings) -> None:
    other, due = connect(settings, "test"), SystemClock().now() + timedelta(seconds=4)
    await other["things"].insert_one({"_id": "later", "due_at": due})
    await until(lambda: worker.has_handled("later"), "the work")
    assert SystemClock().now() >= due
    await other.close()


async def test_a_job_whose_clock_may_jump_goes_on_asking(database: Database, tmp_path: Path) -> None:
    worker = Worker(database, ShiftedClock(tmp_path / "clock"))
    worker.watch.quiet = True
    assert await worker.job.pause() == NEVER == worker.job.poll
    usual = Worker(database)
    usual.watch.quiet = True
    assert await usual.job.pause() == scheduled_jobs.LONGEST_SLEEP
