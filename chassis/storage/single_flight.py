"""Asks once for what many want to know at the same moment, such as all who miss an entry of a cache."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, MutableMapping
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Questions on their way; who asks the same meanwhile gets the same answer, or the same error."""

    def __init__(self) -> None:
        self._asked: dict[Hashable, asyncio.Task[T]] = {}

    async def do(self, key: Hashable, question: Callable[[], Coroutine[Any, Any, T]]) -> T:
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


class SingleFlightCache(Generic[T]):
    """Cache of answers in `memory`, which says how many it keeps and for how long; many who miss one ask once. None is never kept."""

    def __init__(self, memory: MutableMapping[Any, Any]) -> None:
        self._memory = memory
        self._asking: SingleFlight[T] = SingleFlight()

    async def get(self, key: Hashable, question: Callable[[], Coroutine[Any, Any, T]]) -> T:
        cached: T | None = self._memory.get(key)
        return cached if cached is not None else await self._asking.do(key, lambda: self._kept(key, question))

    def invalidate(self, key: Hashable) -> None:
        """Ask anew next time: the answer is another one by now."""
        self._memory.pop(key, None)

    async def _kept(self, key: Hashable, question: Callable[[], Coroutine[Any, Any, T]]) -> T:
        answer = await question()
        if answer is not None:
            self._memory[key] = answer
        return answer
