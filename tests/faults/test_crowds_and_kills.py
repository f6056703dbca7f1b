"""kill -9 of the API while people crowd, in small; `make bench` does it with a thousand people and fifty kills."""

from __future__ import annotations

from pathlib import Path

from chassis.settings import Settings
from tests.load.kills import crowded, repeats


async def test_seats_are_right_after_kills_at_random(settings: Settings, tmp_path: Path) -> None:
    assert await crowded(settings, tmp_path, people=200, seats=50, kills=3, seed=7) == ""


async def test_a_repeated_request_gets_the_first_answer_over_a_kill(settings: Settings, tmp_path: Path) -> None:
    assert await repeats(settings, tmp_path, keys=60, copies=10) == []
