"""Fetches mail from a mailbox by IMAP, where no port can be opened. Nothing is deleted there: mails taken are marked as seen, and
those that nothing here is for are flagged as well, for a person to look at.

A mail is marked only once it was stored. Whatever goes wrong before leaves it unseen, and the next look tries it again.
"""

from __future__ import annotations

import asyncio
import re
import time
from base64 import b64encode
from collections.abc import Awaitable, Mapping
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import getaddresses, parseaddr
from typing import Literal
from urllib.parse import unquote, urlsplit

from aioimaplib import IMAP4, IMAP4_SSL, AioImapException
from aioimaplib.aioimaplib import Response, quoted

from chassis.jobs.heartbeat import Heartbeat, stopping
from chassis.jobs.scheduled_jobs import Holder
from chassis.operations.logs import get_logger
from chassis.operations.metrics import Metrics
from chassis.storage.mongo import is_unavailable
from services.notifications.intake.bounded import bounded
from services.notifications.intake.mail_handlers import MailRouter
from services.notifications.metrics import NotificationMetrics
from services.notifications.returned.reading import MOST_BYTES, SENDER

log = get_logger()

EVERY = 60.0
"""Seconds between looks into the mailbox."""
ANSWERS_WITHIN = 20.0
MAIL_WITHIN = 120.0
"""Seconds for all of a mail to come."""
RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
"""Where mail servers write to which address a mail came, the surest first."""
MOST_RECIPIENTS = 20
PATIENCE = 5 * 86_400.0
"""Seconds after which a mail that has to wait is left to a person, as senders' servers give up (RFC 5321, 4.5.4.1)."""
_BEYOND_ASCII = re.compile(r"[^\x20-\x7e]+")

_ARRIVED = re.compile(rb'INTERNALDATE "([^"]+)"')

Outcome = Literal["taken", "not_for_us", "later", "failed", "given_up"]
SEEN: Mapping[Outcome, str] = {
    "taken": "(\\Seen)",
    "not_for_us": "(\\Seen \\Flagged)",
    "given_up": "(\\Seen \\Flagged)",
}
"""How a mail is marked that the next look leaves alone."""


class ServerRefuses(Exception):
    """The server of the mailbox answered NO or BAD, in these words."""


FAILURES = (ServerRefuses, OSError, TimeoutError, AioImapException)
"""What ends a look into the mailbox: it is the server, or the way to it."""


class Mailbox:
    """An IMAP mailbox that one worker of the service polls."""

    def __init__(
        self, router: MailRouter, url: str, lease: Holder, metrics: Metrics, notification_metrics: NotificationMetrics
    ) -> None:
        self.router = router
        self._url = urlsplit(url)
        self._lease = lease
        self._metrics = notification_metrics
        self.heartbeat = Heartbeat("mailbox", metrics, patience=5 * EVERY)
        self._failing_since: float | None = None
        notification_metrics.mailbox_failing.set_function(self.failing_seconds)
        self._troublesome: set[str] = set()
        """Mails that could not be taken, by UID: the others come first, so that one mail that breaks a look does not hold up all."""

    def failing_seconds(self) -> float:
        """How long no look into the mailbox has succeeded."""
        return 0.0 if self._failing_since is None else time.monotonic() - self._failing_since

    async def run(self) -> None:
        """Poll every minute until cancelled."""
        while not stopping():
            begun = time.monotonic()
            try:
                if await self._lease.hold():
                    await self.poll()
                self._failing_since = None
            except FAILURES as error:
                self._failing_since = self._failing_since or begun
                # What a server answers holds neither the password nor a word of a mail.
                reason = str(error) if isinstance(error, ServerRefuses) else type(error).__name__
                log.warning("the mailbox can't be read", error=reason)
            except Exception as error:
                if not is_unavailable(error):
                    raise
                log.warning("the mailbox waits for MongoDB", error=type(error).__name__)
            self.heartbeat.beat()
            await asyncio.sleep(EVERY)

    async def poll(self) -> int:
        """Take the unseen mails; returns how many were looked at.

        Raises: one of `FAILURES`.
        """
        url = self._url
        kind = IMAP4_SSL if url.scheme == "imaps" else IMAP4
        client = kind(host=url.hostname or "", port=url.port or kind.PORT, timeout=ANSWERS_WITHIN)
        try:
            await client.wait_hello_from_server()
            user, password = unquote(url.username or ""), unquote(url.password or "")
            await _answer(client.login(quoted(user), password))
            await _answer(client.select(_folder(unquote(url.path.strip("/")) or "INBOX")))
            found = await _answer(client.uid_search("UNSEEN", charset=None))
            unseen = [uid.decode() for uid in found[0].split() if uid.isdigit()]
            self._troublesome &= set(unseen)
            looked_at = 0
            for uid in sorted(unseen, key=lambda uid: uid in self._troublesome):
                if not await self._lease.hold():
                    break
                await self._take_and_mark(client, uid)
                looked_at += 1
                self.heartbeat.beat()
            await _answer(client.logout())
            return looked_at
        finally:
            client.protocol.conn_lost_cb = None
            if client.protocol.transport is not None:
                client.protocol.transport.close()

    async def _take_and_mark(self, client: IMAP4, uid: str) -> None:
        self._troublesome.add(uid)
        try:
            outcome = await self._take(client, uid)
        except ServerRefuses as error:
            log.warning("the mailbox does not hand out a mail", error=str(error))
            outcome = "failed"
        except Exception as error:
            if isinstance(error, FAILURES) or is_unavailable(error):
                raise
            # As at the port (`IntakeServer.handle_exception`): what one mail breaks must not keep the others out.
            log.warning("a mail could not be taken", error=type(error).__name__)
            outcome = "failed"
        self._metrics.mails_fetched.labels(outcome).inc()
        if outcome in SEEN:
            await _answer(client.uid("store", uid, "+FLAGS", SEEN[outcome]))
            self._troublesome.discard(uid)

    async def _take(self, client: IMAP4, uid: str) -> Outcome:
        """Take one mail; of one that is larger than mails at the port may be, its beginning: nobody would tell its sender."""
        asked = f"(INTERNALDATE BODY.PEEK[]<0.{MOST_BYTES}>)"
        fetched = await _answer(client.uid("fetch", uid, asked), within=MAIL_WITHIN)
        content = next((bytes(line) for line in fetched if isinstance(line, bytearray)), None)
        if content is None:
            return "later"  # somebody removed it meanwhile, or the server has it not at hand
        recipients, sender = self._envelope(content)
        replies = [await self._deliver(recipient, sender, content) for recipient in recipients]
        if any(reply.startswith("4") for reply in replies):
            return "given_up" if _older_than_patience(fetched) else "later"
        return "taken" if any(reply.startswith("2") for reply in replies) else "not_for_us"

    async def _deliver(self, recipient: str, sender: str, content: bytes) -> str:
        refusal = await self.router.refusal(recipient)
        return await self.router.receive(recipient, sender, content) if refusal is None else refusal

    def _envelope(self, content: bytes) -> tuple[list[str], str]:
        """The addresses of this mail that have a handler, of the surest header that has any, and its sender."""
        mail = message_from_bytes(bounded(content), policy=policy.compat32)
        sender = parseaddr(str(mail["Return-Path"] or mail["From"] or "")[:SENDER])[1]
        for header in RECIPIENT_HEADERS:
            values = [str(value) for value in mail.get_all(header, [])][:MOST_RECIPIENTS]
            try:
                addresses = dict.fromkeys(address.lower() for _, address in getaddresses(values))
            except RecursionError:  # comments nested without end: nobody's address stands there
                continue
            ours = [address for address in addresses if self.router.handler_for(address) is not None]
            if ours:
                return ours[:MOST_RECIPIENTS], sender
        return [], sender


async def _answer(asked: Awaitable[Response], within: float | None = None) -> list[bytes | bytearray]:
    """The lines of an answer that says OK. The client waits without end for some commands.

    Raises: one of `FAILURES`.
    """
    async with asyncio.timeout(within or ANSWERS_WITHIN):
        response = await asked
    lines: list[bytes | bytearray] = response.lines
    if response.result != "OK":
        last = next((bytes(line) for line in reversed(lines) if isinstance(line, bytes)), b"")
        raise ServerRefuses(f"{response.result} {last.decode('ascii', 'replace')}"[:200])
    return lines


def _older_than_patience(fetched: list[bytes | bytearray]) -> bool:
    arrived = _ARRIVED.search(b" ".join(bytes(line) for line in fetched if isinstance(line, bytes)))
    if arrived is None:
        return False
    return time.time() - datetime.strptime(arrived[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z").timestamp() > PATIENCE


def _folder(name: str) -> str:
    """The name of a folder as commands have it: quoted, in the UTF-7 of RFC 3501 (5.1.3)."""

    def encoded(match: re.Match[str]) -> str:
        return "&" + b64encode(match[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return str(quoted(_BEYOND_ASCII.sub(encoded, name.replace("&", "&-"))))
