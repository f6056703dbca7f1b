"""Coroutines that run side by side and end together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

CANCEL_AGAIN_AFTER = 5.0
"""Seconds after which a task that did not end is cancelled once more: longer than what a task does before it ends may take, because that
is interrupted then."""


async def run_together(*coroutines: Coroutine[Any, Any, Any]) -> None:
    """Run until all have ended, one fails, or this is cancelled; the others are cancelled then, until they have ended.

    In place of `asyncio.TaskGroup`, which cancels once: PyMongo waits with `asyncio.wait_for`, which until Python 3.12 loses a
    cancellation that comes together with the result, and a loop would go on for ever.

    Raises:
        What the first one that failed raised.
    """
    tasks = [asyncio.ensure_future(one) for one in coroutines]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        while going := [task for task in tasks if not task.done()]:
            for task in going:
                task.cancel()
            with suppress(asyncio.CancelledError):  # whoever cancels this again wants them to end all the more
                await asyncio.wait(going, timeout=CANCEL_AGAIN_AFTER)
    for task in ended:
        task.result()
