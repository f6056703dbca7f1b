"""SMTP and LMTP server for incoming mail, behind the operator's own mail server; bounded in size, recipients, sessions and time."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any, Literal

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from chassis.jobs.heartbeat import Heartbeat
from chassis.operations.logs import get_logger
from chassis.operations.metrics import Metrics
from services.notifications.intake.mail_handlers import MailRouter
from services.notifications.returned.reading import MOST_BYTES

log = get_logger()
logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd would write every address into the log

RECIPIENTS = 20
"""Of one mail; a server with more sends the rest in another."""
SESSIONS = 50
SESSION_SECONDS = 60.0
COMMANDS = 200
"""Of each kind in one session."""
BUSY = "451 4.3.0 Please try again later"
BEAT = 5.0

Protocol = Literal["smtp", "lmtp"]


class IntakeServer:
    """An SMTP or LMTP server for incoming mail, run by a worker."""

    def __init__(self, router: MailRouter, host: str, port: int, protocol: Protocol, metrics: Metrics) -> None:
        self.router = router
        self._host = host
        self._port = port
        self._protocol = protocol
        self._open: set[asyncio.BaseTransport] = set()
        self.heartbeat = Heartbeat("intake", metrics)
        self.address: tuple[str, int] | None = None

    async def run(self) -> None:
        """Take mails until cancelled."""
        server = await asyncio.get_running_loop().create_server(self._session, self._host, self._port)
        self.address = server.sockets[0].getsockname()[:2]
        try:
            while True:
                self.heartbeat.beat()
                await asyncio.sleep(BEAT)
        finally:
            server.close()
            for transport in list(self._open):
                transport.close()

    def _session(self) -> asyncio.Protocol:
        kind = _bounded(LMTP if self._protocol == "lmtp" else SMTP, self._open)
        session: asyncio.Protocol = kind(
            self,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            ident="Intake",
            timeout=SESSION_SECONDS,
            command_call_limit=COMMANDS,
        )
        return session

    # What aiosmtpd calls, by its names.

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        refusal = await self.router.refusal(address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        sender = envelope.mail_from or ""
        replies = [await self.router.receive(recipient, sender, content) for recipient in envelope.rcpt_tos]
        if self._protocol == "lmtp":
            return "\r\n".join(replies)  # one for each recipient (RFC 2033)
        try_again = next((reply for reply in replies if reply.startswith("4")), None)
        return try_again or next((reply for reply in replies if reply.startswith("2")), replies[0])

    async def handle_exception(self, error: Exception) -> str:
        log.warning("a mail could not be taken", error=type(error).__name__)
        return BUSY


def _bounded(kind: type[Any], sessions: set[asyncio.BaseTransport]) -> type[Any]:
    """Sessions of a protocol, not more than `SESSIONS` at once."""

    class Bounded(kind):  # type: ignore[misc]
        def connection_made(self, transport: Any) -> None:
            if len(sessions) >= SESSIONS:
                with suppress(OSError):
                    transport.write(b"421 4.7.0 Too many sessions, please come back later\r\n")
                transport.close()
                return
            sessions.add(transport)
            super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            if self.transport in sessions:
                sessions.discard(self.transport)
                super().connection_lost(error)

    return Bounded
