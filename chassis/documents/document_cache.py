"""A cache of generated public documents: making one takes processor time that a program could ask for without end."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import orjson
from cachetools import LRUCache


class DocumentCache:
    """The documents asked for last. One is made at a time; whoever asks for the same meanwhile waits for it."""

    def __init__(self, most_bytes: int = 32 * 1024 * 1024) -> None:
        self._kept: LRUCache[bytes, bytes] = LRUCache(most_bytes, getsizeof=len)
        self._making = asyncio.Lock()

    async def get_or_make(self, shows: Any, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The document that shows this. `shows` (anything that JSON can say) has to name all that differs between documents."""
        key = hashlib.sha256(orjson.dumps(shows)).digest()
        content = self._kept.get(key)
        if content is None:
            async with self._making:
                content = self._kept.get(key)
                if content is None:
                    content = await make()
                    with suppress(ValueError):  # larger than all that is kept together
                        self._kept[key] = content
        return content
