"""A municipality that sets its own sender, with a name server that says what the test wants."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from chassis.settings import Settings
from tests.service.notifications.name_server import NameServer, name_server
from tests.service.notifications.towns import Town, town_on

URL = "/notifications/v1/wilhelmshaven/settings"
PAGE = "/notifications/wilhelmshaven/settings"


@pytest.fixture
async def names() -> AsyncIterator[NameServer]:
    async with name_server() as found:
        yield found


@pytest.fixture
async def town(settings: Settings, names: NameServer) -> AsyncIterator[Town]:
    async with town_on(settings, dns_resolver=names.address, mail_from="Plattform <post@plattform.example>") as found:
        yield found


async def put(town: Town, **body: Any) -> Any:
    """Save settings; as they stand then."""
    answer = await town.coordinator.put(URL, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def check(town: Town) -> Any:
    """Let the sender be checked; as it is shown then."""
    return (await town.coordinator.post(f"{URL}/sender/check")).json()["sender"]
