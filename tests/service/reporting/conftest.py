"""Reporting on the real MongoDB, new for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from chassis.settings import Settings
from tests.service.reporting.towns import Reporting, reporting_on


@pytest.fixture
async def reporting(settings: Settings) -> AsyncIterator[Reporting]:
    async with reporting_on(settings) as made:
        yield made
