"""A municipality for tests of notifications, and a gateway that takes its text messages."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from chassis.settings import Settings
from tests.service.notifications.sms_gateways import gateway  # noqa: F401 - a fixture for this folder
from tests.service.notifications.towns import Town, town_on


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with town_on(settings) as found:
        yield found
