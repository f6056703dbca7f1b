"""Health tells a loop that waits from one that hangs, however quiet everything looks from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from chassis.messaging.dead_letters import DeadLetterStore
from chassis.service import Service
from chassis.settings import Settings
from kommune.services import build
from tests.support.waiting import patience

PATIENCE = 5.0
"""More than the 3 s at which a quiet consumer is looked at."""


@pytest.fixture
async def service(settings: Settings, topics: None) -> AsyncIterator[Service]:
    built = build("reporting", settings)
    await built.prepare()
    yield built
    await built.context.database.close()


@asynccontextmanager
async def working(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """The service at work, whose loops count as stuck after five seconds."""
    app = service.app(works=True)
    for heartbeat in service.heartbeats():
        heartbeat.patience = PATIENCE
    worker = asyncio.create_task(service.work())
    try:
        yield httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
    finally:
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


async def eventually(client: httpx.AsyncClient, part: str, works: bool) -> httpx.Response:
    async with patience(f"health of {part}"):
        while True:
            answer = await client.get("/reporting/health/ready")
            if answer.json()["parts"].get(part) is works:
                return answer
            await asyncio.sleep(0.1)


async def test_a_consumer_that_hangs_in_its_last_batch_is_seen(
    service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = asyncio.Event()

    async def hang(*_: Any) -> None:
        hanging.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(DeadLetterStore, "blocked", hang)
    async with working(service) as client:
        producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap)
        await producer.start()
        await producer.send_and_wait(f"{settings.namespace}.registration.v1", b"{}", key=b"only one, so nothing lags")
        await producer.stop()
        async with patience():
            await hanging.wait()
        answer = await eventually(client, "consumer", works=False)
        assert answer.status_code == 503
        shown = (await client.get("/reporting/metrics")).text
        assert 'kommune_stuck{loop="consumer"} 1.0' in shown


async def test_a_relay_that_hangs_is_seen(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(service.context.database, "aggregate", hang)
    async with working(service) as client:
        assert (await eventually(client, "relay", works=False)).status_code == 503


async def test_a_consumer_with_nothing_to_do_is_well(service: Service) -> None:
    async with working(service) as client:
        await eventually(client, "consumer", works=True)
        await asyncio.sleep(PATIENCE + 1)
        answer = await client.get("/reporting/health/ready")
        assert answer.json()["parts"]["consumer"] is True
        assert answer.status_code == 200


@pytest.mark.parametrize("ticks", range(6))
async def test_a_worker_that_is_stopped_while_something_wakes_it_stops(service: Service, ticks: int) -> None:
    await service.prepare()
    worker = asyncio.create_task(service.work())
    loops = [service.relay.heartbeat, *(due.heartbeat for due in service.definition.jobs)]
    await asyncio.sleep(0)
    begun = [loop.beaten_at for loop in loops]
    async with patience():
        while any(loop.beaten_at == mark for loop, mark in zip(loops, begun, strict=True)):
            await asyncio.sleep(0.01)
    service.relay.wake()
    for due in service.definition.jobs:
        due.wake()
    for _ in range(ticks):
        await asyncio.sleep(0)
    worker.cancel()
    async with patience("the worker stopping"):
        await asyncio.wait([worker])
