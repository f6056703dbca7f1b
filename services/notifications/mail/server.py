"""The way to a mail server: several connections that are kept open between mails, each used by one mail at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import aiosmtplib

from services.notifications.mail.circuit_breaker import CircuitBreaker
from services.notifications.mail.compose import Mail
from services.notifications.net.hosts import HostCheck, NotPublic

CONNECTIONS = 8
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
TIMEOUT = 20.0
IDLE_CLOSED = 50
"""Mails that one connection carries before it is closed: some servers refuse more in one session."""


class ServerAway(Exception):
    """The mail server can't be reached, or takes nothing for the moment. `reason` never quotes its answer, which may hold addresses."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ServerSilent(ServerAway):
    """It did not answer at all, or in the middle no more."""


class ServerRests(ServerAway):
    """It did not answer a moment ago, and is not asked now. `seconds`: until it is worth another look."""

    def __init__(self, seconds: float) -> None:
        super().__init__("it did not answer a moment ago")
        self.seconds = seconds


class MailRefused(Exception):
    """The mail server refused this mail for good. `reason`: the code and status of its answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class GivenUp(Exception):
    """Just before the mail was handed over it turned out that it is not ours to send any more."""


@dataclass
class _Connection:
    client: aiosmtplib.SMTP
    carried: int = 0


class MailServer:
    """Hands mails to the server of `smtp://`, `smtp+starttls://` or `smtps://`. `rest`: it is left alone for a while when it is silent."""

    def __init__(
        self,
        smtp_url: str,
        hosts: HostCheck | None = None,
        connections: int = CONNECTIONS,
        rest: CircuitBreaker | None = None,
    ) -> None:
        """`hosts`: for servers that municipalities name; the operator's own may stand in a private network."""
        self._url = urlsplit(smtp_url)
        self._hosts = hosts
        self._rest = rest
        self._idle: deque[_Connection] = deque()
        self._room = asyncio.Semaphore(connections)

    async def send(self, mail: Mail, still_ours: Callable[[], bool] = lambda: True) -> None:
        """Hand over one mail; waits for a free connection. `still_ours` is asked right before its content goes out: a server that
        was slow must not make a double.

        Raises:
            ServerAway, MailRefused, GivenUp, ServerRests.
        """
        async with self._room:
            if self._rest is None:
                return await self._send(mail, still_ours)
            if seconds := self._rest.acquire():
                raise ServerRests(seconds)
            there: bool | None = None
            try:
                await self._send(mail, still_ours)
                there = True
            except (ServerAway, MailRefused, GivenUp) as error:
                there = not isinstance(error, ServerSilent)
                raise
            finally:
                self._rest.release(there)

    async def _send(self, mail: Mail, still_ours: Callable[[], bool]) -> None:
        connection, fresh = await self._connection()
        try:
            await self._hand_over(connection, mail, still_ours)
        except aiosmtplib.SMTPServerDisconnected as error:
            self._drop(connection)
            if fresh:
                raise ServerSilent(type(error).__name__) from None
            # It was closed while it waited: a new one.
            connection, _ = await self._connection(new=True)
            await self._again(connection, mail, still_ours)
        self._keep(connection)

    async def close(self) -> None:
        """Close the connections that wait."""
        while self._idle:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._idle.popleft().client.quit()

    async def _again(self, connection: _Connection, mail: Mail, still_ours: Callable[[], bool]) -> None:
        try:
            await self._hand_over(connection, mail, still_ours)
        except aiosmtplib.SMTPServerDisconnected as error:
            self._drop(connection)
            raise ServerSilent(type(error).__name__) from None

    async def _connection(self, new: bool = False) -> tuple[_Connection, bool]:
        while self._idle and not new:
            connection = self._idle.popleft()
            if connection.client.is_connected:
                return connection, False
        url = self._url
        client = aiosmtplib.SMTP(
            hostname=url.hostname,
            port=None if self._hosts else url.port,
            timeout=TIMEOUT,
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            use_tls=url.scheme == "smtps",
            start_tls=url.scheme == "smtp+starttls",
        )
        try:
            if self._hosts:
                port = url.port or PORTS[url.scheme]
                client.sock = await self._hosts.connected(url.hostname or "", port)
            await client.connect()
        except NotPublic as wrong:
            raise ServerSilent(str(wrong)) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise ServerSilent(type(error).__name__) from None
        return _Connection(client), True

    async def _hand_over(self, connection: _Connection, mail: Mail, still_ours: Callable[[], bool]) -> None:
        client = connection.client
        options: list[str] = []
        if mail.needs_smtputf8:
            if not client.supports_extension("smtputf8"):
                self._keep(connection)
                raise MailRefused("SMTPUTF8 is not offered")
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        try:
            encoding = "utf-8" if mail.needs_smtputf8 else "ascii"
            await client.mail(mail.sender, options=options, encoding=encoding)
            await client.rcpt(mail.recipient.wire, encoding=encoding)
            if not still_ours():
                await client.rset()
                raise GivenUp
            await client.data(mail.content)
        except aiosmtplib.SMTPServerDisconnected:
            raise
        except aiosmtplib.SMTPResponseException as answer:
            await self._reset(connection)
            reason = _reason(answer)
            raise (MailRefused if 500 <= answer.code < 600 else ServerAway)(reason) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            self._drop(connection)
            raise ServerSilent(type(error).__name__) from None
        except GivenUp:
            self._keep(connection)
            raise
        except BaseException:
            self._drop(connection)
            raise
        connection.carried += 1

    async def _reset(self, connection: _Connection) -> None:
        """After a refusal the session starts anew, or is closed: what was refused must not spoil the next mail."""
        try:
            await connection.client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._drop(connection)
        else:
            self._keep(connection)

    def _keep(self, connection: _Connection) -> None:
        if connection.carried >= IDLE_CLOSED or not connection.client.is_connected:
            self._drop(connection)
        elif connection not in self._idle:
            self._idle.append(connection)

    def _drop(self, connection: _Connection) -> None:
        connection.client.close()


def _reason(answer: aiosmtplib.SMTPResponseException) -> str:
    """Code and enhanced status (RFC 3463) of an answer, without its words."""
    first = answer.message.split(maxsplit=1)[0] if answer.message else ""
    status = first if first.count(".") == 2 and first.replace(".", "").isdigit() else ""
    return f"{answer.code} {status}".strip()
