"""Documents that anybody may ask for, made once and kept: making one takes processor time that a program could ask for without end."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import orjson


class KeptDocuments:
    """The documents asked for last. One is made at a time; whoever asks for the same meanwhile waits for it."""

    def __init__(self, most_bytes: int = 32 * 1024 * 1024) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._size = 0
        self._making = asyncio.Lock()

    async def of(self, shows: Any, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The document that shows this. `shows` (anything that JSON can say) has to name all that differs between documents."""
        key = hashlib.sha256(orjson.dumps(shows)).digest()
        if key not in self._kept:
            async with self._making:
                if key not in self._kept:
                    self._keep(key, await make())
        self._kept.move_to_end(key)
        return self._kept[key]

    def _keep(self, key: bytes, content: bytes) -> None:
        self._kept[key] = content
        self._size += len(content)
        while self._size > self._most_bytes and len(self._kept) > 1:
            self._size -= len(self._kept.popitem(last=False)[1])
