"""Asks once for what many want to know at the same moment, such as all who find a cache empty."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Questions on their way; who asks the same meanwhile gets the same answer, or the same error."""

    def __init__(self) -> None:
        self._asked: dict[Hashable, asyncio.Task[T]] = {}

    async def ask(self, key: Hashable, question: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer to `question`, which is asked unless it is on its way. Who gives up waiting takes it from nobody else."""
        task = self._asked.get(key)
        if task is None:
            task = self._asked[key] = asyncio.create_task(question())
            task.add_done_callback(partial(self._answered, key))
        return await asyncio.shield(task)

    def _answered(self, key: Hashable, task: asyncio.Task[T]) -> None:
        del self._asked[key]
        if not task.cancelled():
            task.exception()  # looked at: whoever waited raises it, and nobody may be left
