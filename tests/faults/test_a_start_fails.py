"""A deployment that does not come up leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from chassis.settings import Settings
from tests.support.deployment import Deployment


async def test_nothing_outlives_a_start_that_fails(settings: Settings, tmp_path: Path) -> None:
    town = Deployment(settings, tmp_path, ("registration", "notifications"))
    begun: list[psutil.Process] = []

    async def fails(*parts: str) -> None:
        begun.extend(psutil.Process(child.pid) for child in town.running.values())
        raise RuntimeError("a start that fails")

    town.ready = fails  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="a start that fails"):
        async with town:
            pass
    assert len(begun) == 4
    assert not any(child.is_running() for child in begun)
