"""Waiting goes on while something progresses, and ends when nothing does."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local import process
from deploy.local.process import Progress
from tests.support.waiting import NoProgress, patience, until

SHORT = 1.5


@pytest.fixture
def busy() -> Iterator[None]:
    """A child that works."""
    child = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    yield
    child.kill()
    child.wait()


@pytest.fixture
def child_that_sleeps(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    child = process.spawn(["sleep", "60"], tmp_path / "sleeper.log")
    while psutil.Process(child.pid).name() != "sleep":  # until then it is what starts it, which works
        time.sleep(0.01)
    yield child
    process.stop(child)


async def never() -> bool:
    return False


async def test_nothing_that_progresses_is_given_up() -> None:
    with pytest.raises(NoProgress, match="a miracle did not happen"):
        await until(never, "a miracle", seconds=SHORT)


async def test_a_child_that_works_is_progress(busy: None) -> None:
    began = time.monotonic()

    async def late() -> bool:
        return time.monotonic() - began > 2 * SHORT

    assert await until(late, seconds=SHORT)


def test_a_log_that_grows_is_progress(child_that_sleeps: subprocess.Popen[bytes], tmp_path: Path) -> None:
    log = tmp_path / "log"
    progress = Progress(child_that_sleeps.pid, log)
    time.sleep(0.4)
    assert progress.idle_seconds() >= 0.4
    log.write_text("one line")
    assert progress.idle_seconds() < 0.4


async def test_what_is_inside_is_cancelled() -> None:
    with pytest.raises(NoProgress):
        async with patience(seconds=SHORT):
            await asyncio.Event().wait()


async def test_a_timeout_of_another_is_left_alone() -> None:
    with pytest.raises(TimeoutError):
        async with patience():
            raise TimeoutError


def test_a_child_that_does_nothing_is_stopped_and_said(tmp_path: Path) -> None:
    child = process.spawn(["sleep", "60"], tmp_path / "log")
    with pytest.raises(process.StartError, match="did nothing for 0 s"):
        process.wait_ready(child, lambda: False, "The child", tmp_path / "log", patience=0.3)
    assert child.returncode is not None
