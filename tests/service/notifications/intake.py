"""Fixtures of tests with incoming mail: a municipality with an intake server, and a client for its port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from chassis.settings import Settings
from services.notifications.intake.server import IntakeServer
from tests.service.notifications.towns import Town, town_on
from tests.support.waiting import until


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with town_on(settings, bounce_domain="bounce.example.org", intake_port=0) as found:
        await found.add_gathering()
        yield found


@pytest.fixture
async def port(town: Town) -> AsyncIterator[int]:
    (server,) = town.service.definition.loops
    assert isinstance(server, IntakeServer)
    running = asyncio.create_task(server.run())

    async def listens() -> bool:
        return server.address is not None

    await until(listens)
    assert server.address is not None
    yield server.address[1]
    running.cancel()
