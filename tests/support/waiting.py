"""Waiting in tests: as long as anything progresses, however slow the machine is; the one place that gives up."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from deploy.local.process import PATIENCE, Child, Progress

T = TypeVar("T")

LOOK_EVERY = 1.0
"""Seconds between two looks at what progresses."""
PAUSES = (0.02, 0.25)
"""Seconds between two questions, at first and after a while: asking must not be taken for progress."""


class NoProgress(AssertionError):
    """What was waited for did not happen, and nothing happened any more."""


@asynccontextmanager
async def patience(what: str = "it", *logs: Path, seconds: float = PATIENCE) -> AsyncIterator[None]:
    """In place of `asyncio.timeout`: what is inside may take as long as this process, its children or `logs` get on.

    Raises:
        NoProgress: nothing got on for so many seconds.
    """
    progress = Progress(os.getpid(), *logs)

    async def watch(limit: asyncio.Timeout) -> None:
        while (idle := progress.idle_seconds()) < seconds:
            await asyncio.sleep(min(LOOK_EVERY, seconds - idle))
        limit.reschedule(0)

    try:
        async with asyncio.timeout(None) as limit:
            watching = asyncio.create_task(watch(limit))
            try:
                yield
            finally:
                watching.cancel()
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise NoProgress(f"{what} did not happen, and nothing got on for {seconds:.0f} s") from error


async def until(look: Callable[[], Awaitable[T]], what: str = "it", *logs: Path, seconds: float = PATIENCE) -> T:
    """The first truthy result of `look`.

    Raises:
        NoProgress: it did not come, and nothing got on for so many seconds.
    """
    began = time.monotonic()
    async with patience(what, *logs, seconds=seconds):
        while not (found := await look()):
            await asyncio.sleep(min(PAUSES[1], max(PAUSES[0], (time.monotonic() - began) / 20)))
        return found
    raise AssertionError  # `patience` never swallows what is raised inside


def until_now(look: Callable[[], T], what: str = "it", *logs: Path, seconds: float = PATIENCE) -> T:
    """`until` without an event loop."""
    progress, began = Progress(os.getpid(), *logs), time.monotonic()
    while not (found := look()):
        if progress.idle_seconds() > seconds:
            raise NoProgress(f"{what} did not happen, and nothing got on for {seconds:.0f} s")
        time.sleep(min(PAUSES[1], max(PAUSES[0], (time.monotonic() - began) / 20)))
    return found


def ended(child: Child) -> int:
    """The exit code of a child, once it has one."""
    until_now(lambda: child.poll() is not None, f"the end of process {child.pid}")
    assert child.returncode is not None
    return child.returncode


def outcome(child: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """What a child said, once it has ended."""
    progress = Progress(child.pid)
    while True:
        try:
            output, errors = child.communicate(timeout=LOOK_EVERY)
        except subprocess.TimeoutExpired:
            if progress.idle_seconds() > PATIENCE:
                child.kill()
                raise NoProgress(f"{child.args} does nothing and does not end") from None
            continue
        return subprocess.CompletedProcess(child.args, child.returncode, output, errors)


def run(command: Sequence[str], **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return outcome(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more))
