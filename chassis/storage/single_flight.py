"""Loads once what many want at the same moment, such as all who miss an entry of a cache."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, MutableMapping
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Calls on their way, by key; who calls the same meanwhile gets the same result, or the same error."""

    def __init__(self) -> None:
        self._in_flight: dict[Hashable, asyncio.Task[T]] = {}

    async def do(self, key: Hashable, load: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of `load`, which is called unless it is on its way. Who gives up waiting takes it from nobody else."""
        task = self._in_flight.get(key)
        if task is None:
            task = self._in_flight[key] = asyncio.create_task(load())
            task.add_done_callback(partial(self._forget, key))
        return await asyncio.shield(task)

    def _forget(self, key: Hashable, task: asyncio.Task[T]) -> None:
        del self._in_flight[key]
        if not task.cancelled():
            task.exception()  # looked at: whoever waited raises it, and nobody may be left


class SingleFlightCache(Generic[T]):
    """A cache in `memory`, which says how many values it keeps and for how long; many who miss one load it once. None is never kept."""

    def __init__(self, memory: MutableMapping[Any, Any]) -> None:
        self._memory = memory
        self._flights: SingleFlight[T] = SingleFlight()

    async def get(self, key: Hashable, load: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The value of a key, loaded where it is not kept."""
        cached: T | None = self._memory.get(key)
        return cached if cached is not None else await self._flights.do(key, lambda: self._load_and_keep(key, load))

    def invalidate(self, key: Hashable) -> None:
        """Drop an entry, because its value has changed: the next reader loads it anew."""
        self._memory.pop(key, None)

    async def _load_and_keep(self, key: Hashable, load: Callable[[], Coroutine[Any, Any, T]]) -> T:
        answer = await load()
        if answer is not None:
            self._memory[key] = answer
        return answer
