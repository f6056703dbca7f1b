"""A client of a mail server: several connections that are kept open between mails, each used by one mail at a time."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar, cast
from urllib.parse import unquote, urlsplit

import aiosmtplib

from services.notifications.mail.circuit_breaker import CircuitBreaker
from services.notifications.mail.compose import Mail
from services.notifications.mail.refusals import Refers, refers_to
from services.notifications.mail.smtp_session import CLOSES, TIMEOUT, Refused, SmtpSession
from services.notifications.net.hosts import HostCheck, NotPublic

CONNECTIONS = 8
UNSETTLED = 2 * CONNECTIONS
"""Mails of one server at once that go out, or went out while it is not written down yet: so many are sent twice at most if the process
dies. One group is written down while another goes out."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
MAILS_PER_CONNECTION = 50
"""Mails that one connection carries before it is closed: some servers refuse more in one session."""
NO_HOST, NO_LOGIN = "no public host", "SMTPAuthenticationError"
NO_LOGIN_CODES = (530, 535)
NO_CERTIFICATE, NO_ENCRYPTION = "SSLError", "SMTPException"
WRONG_SETTINGS = (NO_HOST, NO_LOGIN, NO_CERTIFICATE, NO_ENCRYPTION)
"""Reasons for which a server is not tried again until its settings are corrected."""
REFUSED_RECIPIENTS = 3
"""So many different recipients in a row, with nobody's mail taken between, are refused because of who sends."""


class ServerAway(Exception):
    """The mail server can't be reached, or takes nothing for the moment. `reason` never quotes its answer, which may hold addresses."""

    for_all: ClassVar[bool] = False
    """Whether it takes no mail at all, whoever it is for."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ServerSilent(ServerAway):
    """The server did not answer, or stopped answering."""

    for_all = True


class ServerBusy(ServerAway):
    """The server takes no mail for the moment, whoever sends it."""

    for_all = True


class SenderRefused(ServerAway):
    """The server does not let this sender send, whoever the mail is for."""

    for_all = True


class RecipientRefused(ServerAway):
    """A municipality's own server does not let it send to this recipient; whether to nobody is not known yet."""


class ServerRests(ServerAway):
    """The server did not answer a moment ago, and is not tried now. `seconds`: until it may be tried again."""

    def __init__(self, seconds: float) -> None:
        super().__init__("it did not answer a moment ago")
        self.seconds = seconds


class MailRefused(Exception):
    """The mail server refused this mail for good. `reason`: the code and status of its answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class GivenUp(Exception):
    """The message is not this worker's to send any more, as was found right before its mail was handed over."""


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
        self._idle: deque[SmtpSession] = deque()
        self._refused_recipients: set[str] = set()
        """Who were refused in a row, perhaps because of who sends."""
        self._room = asyncio.Semaphore(connections)
        self.unsettled = asyncio.Semaphore(UNSETTLED)
        """To be held from before a mail is sent until what became of it is written down."""

    async def send(self, mail: Mail, still_ours: Callable[[], bool] = lambda: True) -> None:
        """Hand over one mail; waits for a free connection. `still_ours` is asked right before its content goes out: a server that
        was slow must not make a double.

        Raises:
            ServerAway, MailRefused, GivenUp.
        """
        async with self._room:
            if self._rest is None:
                return await self._send(mail, still_ours)
            if seconds := self._rest.acquire():
                raise ServerRests(seconds)
            answered: bool | None = None
            try:
                await self._send(mail, still_ours)
                answered = True
            except (ServerAway, MailRefused, GivenUp) as error:
                answered = not (isinstance(error, ServerAway) and error.for_all)
                raise
            finally:
                self._rest.release(answered)

    @property
    def failures(self) -> int:
        """How often in a row it took nothing at all."""
        return self._rest.failures if self._rest else 0

    async def offer(self, sender: str, recipient: str) -> None:
        """Log in and ask whether a mail of this sender would be taken, and hand over none.

        Raises:
            ServerAway.
        """
        try:
            session = await self._open()
            try:
                await session.offer(sender, recipient)
            except Refused as refused:
                if refused.command == "RCPT" and self._refers_to(refused) != "recipient":
                    raise SenderRefused(str(refused)) from None  # nothing that is sent waits for it to be told apart
                if error := self._sender_error(refused):
                    raise error from None
            finally:
                session.close()
        except (ConnectionError, TimeoutError) as error:
            raise ServerSilent(type(error).__name__) from None
        self._refused_recipients.clear()
        if self._rest:
            self._rest.release(True)

    def _sender_error(self, refused: Refused, recipient: str = "") -> ServerAway | None:
        """The error for a refusal that is about the sender; None where it is about the mail or its recipient."""
        answer = refused.answer
        if answer.code in NO_LOGIN_CODES or (refused.command == "MAIL" and answer.code >= 500):
            return SenderRefused(str(refused))
        if refused.command == "MAIL" or answer.code == CLOSES:
            return ServerBusy(str(refused))
        refers = self._refers_to(refused)
        if refers == "either":
            self._refused_recipients.add(recipient)
            if len(self._refused_recipients) < REFUSED_RECIPIENTS:
                return RecipientRefused(str(refused))
        return None if refers == "recipient" else SenderRefused(str(refused))

    def _refers_to(self, refused: Refused) -> Refers:
        """Whom a refusal is about. Servers that municipalities name have to relay to anybody: there, a refusal of a recipient may be about the
        sender."""
        return refers_to(refused.answer) if self._hosts and refused.command == "RCPT" else "recipient"

    async def _send(self, mail: Mail, still_ours: Callable[[], bool]) -> None:
        session = self._idle_session()
        if session is not None:
            with suppress(ConnectionError):  # it was closed while it waited: a new one
                return await self._hand_over(session, mail, still_ours)
        try:
            await self._hand_over(await self._open(), mail, still_ours)
        except ConnectionError as error:
            raise ServerSilent(type(error).__name__) from None

    async def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            with suppress(Refused, OSError):
                await self._idle.popleft().quit()

    def _idle_session(self) -> SmtpSession | None:
        while self._idle:
            session = self._idle.popleft()
            if session.is_open:
                return session
        return None

    async def _open(self) -> SmtpSession:
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
            if client.is_ehlo_or_helo_needed:
                await _greet(client)
            transport = client.transport
            if transport is None:
                raise ConnectionResetError
        except NotPublic:
            raise ServerSilent(NO_HOST) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            encrypted = isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError)
            raise ServerSilent(NO_CERTIFICATE if encrypted else type(error).__name__) from None
        offered = client.supports_extension
        return SmtpSession(
            cast(asyncio.Transport, transport), pipelining=offered("pipelining"), smtputf8=offered("smtputf8")
        )

    async def _hand_over(self, session: SmtpSession, mail: Mail, still_ours: Callable[[], bool]) -> None:
        """Hand over one mail in a session. Raises: ServerAway, MailRefused, GivenUp; ConnectionError where the connection ended."""
        if mail.needs_smtputf8 and not session.smtputf8:
            self._keep(session)
            raise MailRefused("SMTPUTF8 is not offered")
        try:
            handed_over = await session.send(mail, still_ours)
        except Refused as refused:
            await self._reset(session)
            if not mail.needs_smtputf8 and (error := self._sender_error(refused, mail.recipient.wire)):
                raise error from None
            raise (MailRefused if 500 <= refused.answer.code < 600 else ServerAway)(str(refused)) from None
        except TimeoutError as error:
            session.close()
            raise ServerSilent(type(error).__name__) from None
        except BaseException:  # also where this was cancelled: nothing may follow half a mail
            session.close()
            raise
        self._keep(session)
        if not handed_over:
            raise GivenUp
        self._refused_recipients.clear()

    async def _reset(self, session: SmtpSession) -> None:
        """Reset the session after a refusal, or close it."""
        try:
            await session.reset()
        except (Refused, OSError):
            session.close()
        else:
            self._keep(session)

    def _keep(self, session: SmtpSession) -> None:
        if session.carried >= MAILS_PER_CONNECTION:
            session.close()
        elif session.is_open:
            self._idle.append(session)


async def _greet(client: aiosmtplib.SMTP) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()  # it knows no extensions
