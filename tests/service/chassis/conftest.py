"""The chassis does the same with both drivers."""

from __future__ import annotations

from typing import Literal

import pytest

from chassis.settings import Settings


@pytest.fixture(params=["motor", "pymongo"])
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    driver: Literal["motor", "pymongo"] = request.param
    return settings.model_copy(update={"mongo_driver": driver})
