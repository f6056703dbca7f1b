"""A mail server for measuring, in a process of its own: it takes everything, commands in groups as well (PIPELINING), and notes when,
and which Message-IDs."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import re
import time
from collections import Counter
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import uvloop

_RECIPIENT = re.compile(rb"^RCPT TO: *<([^>]+)>", re.IGNORECASE)
_ID = re.compile(rb"^Message-ID: *<([^>@]+)", re.IGNORECASE | re.MULTILINE)


class _Session(asyncio.Protocol):
    def __init__(
        self, times: list[float], ids: Counter[str], arrived: dict[str, float], pause: float, book: int
    ) -> None:
        self._times, self._ids, self._arrived, self._pause, self._book = times, ids, arrived, pause, book
        self._recipient = ""
        self._rest, self._in_data = b"", False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while True:
            if self._in_data:
                mail, end, rest = self._rest.partition(b"\r\n.\r\n")
                if not end:
                    return
                self._rest, self._in_data = rest, False
                self._times.append(time.time())
                found = _ID.search(mail)
                id = found[1].decode() if found else "?"
                self._ids[id] += 1
                self._arrived.setdefault(self._recipient, self._times[-1])
                if self._book:
                    os.write(self._book, f"{time.time()} {id}\n".encode())
                self._say(b"250 kept\r\n")
            line, end, rest = self._rest.partition(b"\r\n")
            if not end:
                return
            self._rest = rest
            if to := _RECIPIENT.match(line):
                self._recipient = to[1].decode()
            self._obey(line[:4].upper())

    def _obey(self, verb: bytes) -> None:
        if verb == b"DATA":
            self._in_data = True
            self._say(b"354 go on\r\n")
        elif verb == b"EHLO":
            self._say(b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
        elif verb == b"QUIT":
            self._say(b"221 bye\r\n")
            self._transport.close()
        else:
            self._say(b"250 OK\r\n")

    def _say(self, words: bytes) -> None:
        if self._pause:
            asyncio.get_running_loop().call_later(self._pause, self._transport.write, words)
        else:
            self._transport.write(words)


def _serve(orders: Connection, port: int, pause: float, book: str) -> None:
    times: list[float] = []
    file = os.open(book, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if book else 0
    ids: Counter[str] = Counter()
    arrived: dict[str, float] = {}

    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Session(times, ids, arrived, pause, file), "127.0.0.1", port)
        orders.send(server.sockets[0].getsockname()[1])
        while True:
            while not orders.poll():
                await asyncio.sleep(0.05)
            order = orders.recv()
            if order == "forget":
                times.clear()
                ids.clear()
                arrived.clear()
            orders.send(arrived if order == "arrived" else (list(times), dict(ids)))

    with suppress(EOFError, KeyboardInterrupt):
        uvloop.run(main())


class SmtpSink:
    """`with SmtpSink() as sink:`. `pause`: seconds before each answer, as a far server has; `book`: a file that also keeps
    what was taken when the process dies."""

    def __init__(self, port: int = 0, pause: float = 0.0, book: str = "") -> None:
        context = multiprocessing.get_context("spawn")
        self._orders, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, port, pause, book), daemon=True)
        self.port = port

    def __enter__(self) -> SmtpSink:
        self._process.start()
        self.port = self._orders.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def taken(self) -> tuple[list[float], dict[str, int]]:
        """When mails were taken, and how often each Message-ID."""
        self._orders.send("tell")
        found: tuple[list[float], dict[str, int]] = self._orders.recv()
        return found

    def arrived(self) -> dict[str, float]:
        """When the first mail to each recipient was taken."""
        self._orders.send("arrived")
        found: dict[str, float] = self._orders.recv()
        return found

    def forget(self) -> None:
        self._orders.send("forget")
        self._orders.recv()

    def kill(self) -> None:
        """As a power cut would: what it noted is gone too."""
        self._process.kill()
        self._process.join()


def a_second(times: list[float]) -> float:
    """Mails a second in the middle of a run, without its first and last tenth."""
    tenth = len(times) // 10
    middle = sorted(times)[tenth : len(times) - tenth]
    return (len(middle) - 1) / (middle[-1] - middle[0])
