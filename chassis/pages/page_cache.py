"""Rendered pages kept for other readers. What differs between readers is the token of a form alone; it is put in each time."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Hashable


class PageCache:
    """The pages asked for last. A key has to name everything that the page shows, down to the version of what it shows."""

    def __init__(self, most: int = 1000) -> None:
        self.token = secrets.token_urlsafe(24)
        """Stands for the reader's token where a page is rendered to be kept; nobody can know it, so no text can hold it."""
        self._most = most
        self._pages: OrderedDict[Hashable, list[bytes]] = OrderedDict()

    def get(self, key: Hashable, token: str) -> bytes | None:
        """The page with this reader's token, if it is kept."""
        parts = self._pages.get(key)
        if parts is None:
            return None
        self._pages.move_to_end(key)
        return token.encode().join(parts)

    def store(self, key: Hashable, token: str, html: str) -> bytes:
        """Keep a page that was rendered with `PageCache.token`; it with this reader's token."""
        parts = self._pages[key] = html.encode().split(self.token.encode())
        if len(self._pages) > self._most:
            self._pages.popitem(last=False)
        return token.encode().join(parts)
