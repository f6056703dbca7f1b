"""Server-sent events of one state to many viewers: read and rendered once for all of them, and each is sent only what changed since.

A *feed* looks at something again and again while somebody watches. Its viewers share *views*: a view cuts the state into
named parts and writes them as text, once per change. There is no queue per viewer: one that was busy or away is sent the parts
that changed since the state it knows, so a slow one costs nothing and delays nobody.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from chassis.http.problems import busy
from chassis.operations.logs import get_logger
from chassis.storage.mongo import is_unavailable

log = get_logger()

T = TypeVar("T")

HEARTBEAT = 15.0
"""Seconds after which a comment is sent where nothing changed: proxies keep the connection, and one that is dead is noticed."""
PATIENCE = 20.0
"""Seconds that one message may take to leave: who reads slower is cut off, and comes back to the newest state."""
LIFE = 900.0
"""Seconds, more or less, that a connection lives. Whoever comes again is asked anew whether they may look."""
MOST_VIEWERS = 3000
"""Of one feed in one process."""
REMEMBERED = 64
"""States whose names a feed knows, to go on from there."""
COMMENT = b": still here\n\n"
RETRY = b"retry: 2000\n\n"


@dataclass(frozen=True)
class View(Generic[T]):
    """A way to look at the state. Viewers with the same `key` share everything.

    `parts`: the state as texts by name, in the order in which they are sent; `write`: how the parts that changed are sent
    as one event (`whole`: they are all there are); `open`: whether it may still be looked at.
    """

    key: Hashable
    parts: Callable[[T], Mapping[str, str]]
    write: Callable[[Mapping[str, str], bool], tuple[str, str]]
    open: Callable[[T], bool] = lambda state: True


@dataclass
class _RenderedView:
    """The parts of a view as its viewers share them. `changed`: the number of the state in which each part became what it is."""

    number: int = -1
    parts: dict[str, str] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    written: dict[int, bytes] = field(default_factory=dict)


class Feed(Generic[T]):
    """The states of a page that changes while people look at it. `look` gives the state and a name for it, which is the same in
    every process and another after every change."""

    def __init__(self, look: Callable[[], Awaitable[tuple[str, T]]], every: float, ended: Callable[[], None]) -> None:
        self._look = look
        self._every = every
        self._ended = ended
        self._viewers = 0
        self._number = -1
        self._state: T
        self._names: OrderedDict[str, int] = OrderedDict()
        self._changed_event = asyncio.Event()
        self._views: dict[Hashable, _RenderedView] = {}
        self._task: asyncio.Task[None] | None = None

    def follow(self, view: View[T], last: str | None = None) -> AsyncIterator[bytes]:
        """Server-sent events: what changed since the state named `last` (everything, if that is not known), then each change.

        Raises:
            Problem: 503 for too many viewers.
        """
        if self._viewers >= MOST_VIEWERS:
            raise busy("Too many people are looking at this.")
        return self._events(view, last)

    async def _events(self, view: View[T], last: str | None) -> AsyncIterator[bytes]:
        self._viewers += 1
        if self._task is None:
            self._task = asyncio.create_task(self._watch())
        until = time.monotonic() + LIFE * random.uniform(0.8, 1.2)  # noqa: S311 - spreads reconnections
        known_number: int | None = None
        try:
            yield RETRY
            while not self._task.done() and time.monotonic() < until:
                changed = self._changed_event
                if known_number is None and self._number >= 0:
                    known_number = self._names.get(last or "", -1)
                if known_number is None or known_number == self._number:
                    await changed.wait()
                    if known_number is not None and known_number == self._number:
                        yield COMMENT
                    continue
                if not view.open(self._state):
                    return
                number, event = self._number, self._event_since(view, known_number)
                known_number = number
                yield event
        finally:
            self._viewers -= 1
            if not self._viewers:
                self._task.cancel()
                self._ended()

    def _event_since(self, view: View[T], known_number: int) -> bytes:
        """The event for whoever knows the state `known_number` (-1: none)."""
        shared = self._views.setdefault(view.key, _RenderedView())
        if shared.number != self._number:
            parts = view.parts(self._state)
            for name, text in parts.items():
                if shared.parts.get(name) != text:
                    # What this view did not render when it changed may be older than this state; to send it again is harmless.
                    shared.changed[name] = self._number
            shared.parts, shared.number, shared.written = dict(parts), self._number, {}
        if known_number not in shared.written:
            fresh = {
                name: text
                for name, text in shared.parts.items()
                if known_number < 0 or shared.changed[name] > known_number
            }
            kind, data = view.write(fresh, known_number < 0)
            lines = "".join(f"data: {line}\n" for line in data.splitlines())
            name = next(reversed(self._names))
            shared.written[known_number] = f"id: {name}\nevent: {kind}\n{lines}\n".encode() if fresh else COMMENT
        return shared.written[known_number]

    async def _watch(self) -> None:
        """Look again and again and wake the viewers after a change; any error that is not MongoDB being away ends the feed, and its viewers come again."""
        last_event = time.monotonic()
        current = ""
        try:
            while True:
                try:
                    name, state = await self._look()
                except Exception as error:
                    if not is_unavailable(error):
                        raise
                    log.warning("a live view waits for MongoDB", error=type(error).__name__)
                else:
                    if name != current:
                        current = name
                        self._number, self._state = self._number + 1, state
                        self._names[name] = self._number
                        self._names.move_to_end(name)
                        while len(self._names) > REMEMBERED:
                            self._names.popitem(last=False)
                        last_event = self._announce()
                if time.monotonic() - last_event > HEARTBEAT:
                    last_event = self._announce()
                await asyncio.sleep(self._every)
        except Exception:
            log.exception("a live view failed")
        finally:
            self._changed_event.set()

    def _announce(self) -> float:
        changed, self._changed_event = self._changed_event, asyncio.Event()
        changed.set()
        return time.monotonic()


class Feeds(Generic[T]):
    """The feeds of a process by key, each living as long as it has viewers."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._feeds: dict[Hashable, Feed[T]] = {}

    def get_or_create(self, key: Hashable, look: Callable[[], Awaitable[tuple[str, T]]]) -> Feed[T]:
        """The feed for this key, begun where there is none."""
        if key not in self._feeds:
            self._feeds[key] = Feed(look, self._every, lambda: self._feeds.pop(key, None))  # type: ignore[arg-type]
        return self._feeds[key]


class EventStream(Response):
    """An answer of server-sent events that ends when the reader leaves or does not read any more."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[bytes]) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        writing = asyncio.ensure_future(self._write(send))
        disconnecting = asyncio.ensure_future(_disconnected(receive))
        try:
            await asyncio.wait({writing, disconnecting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (writing, disconnecting):
                task.cancel()
            await asyncio.gather(writing, disconnecting, return_exceptions=True)
            if (close := getattr(self._events, "aclose", None)) is not None:
                await close()
        if not writing.cancelled() and (error := writing.exception()) is not None:
            if not isinstance(error, TimeoutError):
                raise error
            log.info("a viewer who did not read was cut off")

    async def _write(self, send: Send) -> None:
        async for event in self._events:
            async with asyncio.timeout(PATIENCE):
                await send({"type": "http.response.body", "body": event, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await send({"type": "http.response.body", "body": b""})


async def _disconnected(receive: Receive) -> None:
    message: Message = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()
