"""Loops that run side by side end together, also those that a cancellation misses."""

from __future__ import annotations

import asyncio

import pytest

from chassis.jobs import tasks
from chassis.jobs.tasks import run_together


async def loses_a_cancellation(ended: list[str], started: asyncio.Event | None = None) -> None:
    if started:
        started.set()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        ended.append("lost")
    try:
        await asyncio.Event().wait()
    finally:
        ended.append("ended")


async def fails() -> None:
    raise ValueError("a fault")


async def tidies_up(ended: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        for _ in range(5):
            await asyncio.sleep(0)
        ended.append("tidied")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "CANCEL_AGAIN_AFTER", 0.01)


async def test_what_they_do_before_they_end_is_not_interrupted() -> None:
    ended: list[str] = []
    running = asyncio.create_task(run_together(asyncio.sleep(60), tidies_up(ended), tidies_up(ended)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended == ["tidied", "tidied"]


async def test_what_loses_a_cancellation_is_cancelled_again(soon: None) -> None:
    ended: list[str] = []
    started = asyncio.Event()
    running = asyncio.create_task(run_together(loses_a_cancellation(ended, started), asyncio.sleep(60)))
    await started.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended == ["lost", "ended"]


async def test_one_that_fails_ends_the_others(soon: None) -> None:
    ended: list[str] = []
    with pytest.raises(ValueError, match="a fault"):
        await run_together(loses_a_cancellation(ended), fails())
    assert ended == ["lost", "ended"]


async def test_all_that_end_by_themselves_are_waited_for() -> None:
    await run_together(asyncio.sleep(0), asyncio.sleep(0.01))
