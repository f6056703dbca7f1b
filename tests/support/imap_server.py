"""A small IMAP server that misbehaves on demand: it refuses, falls silent, or closes in the middle of a mail."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

Answer = bytes | Literal["silence", "half"] | None
"""What to answer instead: a result such as `NO …`; nothing at all; half a mail, then the end. None: what was asked for."""
_PARTIAL = re.compile(rb"<0\.(\d+)>")


def as_always(command: bytes) -> Answer:
    return None


@dataclass
class ImapServer:
    """One folder in memory; `UID` numbers begin with 1."""

    mails: list[bytes]
    password: bytes = b"secret"
    folder: bytes = b"INBOX"
    arrived: bytes = b"29-Nov-2026 10:00:00 +0000"
    answers: Callable[[bytes], Answer] = as_always
    flags: dict[int, set[bytes]] = field(default_factory=dict)
    port: int = 0
    open: int = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[ImapServer]:
        server = await asyncio.start_server(self._session, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    def url(self, password: str = "secret", folder: str = "INBOX") -> str:
        return f"imap://user:{password}@127.0.0.1:{self.port}/{folder}"

    def flagged(self, flag: bytes) -> set[int]:
        return {uid for uid, flags in self.flags.items() if flag in flags}

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        writer.write(b"* OK ready\r\n")
        try:
            while line := await reader.readline():
                tag, _, command = line.strip().partition(b" ")
                answer = self.answers(command)
                if answer == "silence":
                    continue
                if answer == "half":
                    writer.write(b"* 1 FETCH (UID 1 BODY[]<0> {1000}\r\nhalf of it")
                    return
                writer.write(tag + b" " + answer + b"\r\n" if isinstance(answer, bytes) else self._answer(tag, command))
        finally:
            self.open -= 1
            writer.close()

    def _answer(self, tag: bytes, command: bytes) -> bytes:
        lines, result = b"", b"OK done"
        match command.split():
            case [b"CAPABILITY"]:
                lines = b"* CAPABILITY IMAP4rev1\r\n"
            case [b"LOGIN", *_] if not command.endswith(b'"' + self.password + b'"'):
                result = b"NO [AUTHENTICATIONFAILED] not you"
            case [b"SELECT", *_] if command != b'SELECT "' + self.folder + b'"':
                result = b"NO no such folder"
            case [b"UID", b"SEARCH", *_]:
                unseen = sorted(set(range(1, len(self.mails) + 1)) - self.flagged(b"\\Seen"))
                lines = b"* SEARCH " + b" ".join(b"%d" % uid for uid in unseen) + b"\r\n"
            case [b"UID", b"FETCH", uid, *_]:
                partial = _PARTIAL.search(command)
                assert partial is not None
                mail = self.mails[int(uid) - 1][: int(partial[1])]
                about = b'* %s FETCH (UID %s INTERNALDATE "%s" BODY[]<0> {%d}\r\n'
                lines = about % (uid, uid, self.arrived, len(mail)) + mail + b")\r\n"
            case [b"UID", b"STORE", uid, b"+FLAGS", *flags]:
                self.flags.setdefault(int(uid), set()).update(flag.strip(b"()") for flag in flags)
        return lines + tag + b" " + result + b"\r\n"
