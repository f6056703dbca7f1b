"""Fetches mail from a mailbox by IMAP, where no port can be opened. Nothing is deleted there; mails taken are marked as seen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from email.utils import getaddresses, parseaddr
from urllib.parse import unquote, urlsplit

from aioimaplib import IMAP4, IMAP4_SSL, AioImapException

from chassis.jobs.heartbeat import Heartbeat, stopping
from chassis.jobs.scheduled_jobs import Holder
from chassis.operations.logs import get_logger
from chassis.operations.metrics import Metrics
from chassis.storage.mongo import is_unavailable
from services.notifications.intake.bounded import bounded
from services.notifications.intake.mail_handlers import MailRouter
from services.notifications.returned.reading import MOST_BYTES

log = get_logger()

EVERY = 60.0
"""Seconds between looks into the mailbox."""
AT_ONCE = 50
ANSWERS_WITHIN = 20.0
RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
"""Where mail servers write to which address a mail came, the surest first."""
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Mailbox:
    """An IMAP mailbox that one worker of the service polls."""

    def __init__(self, router: MailRouter, url: str, lease: Holder, metrics: Metrics) -> None:
        self.router = router
        self._url = urlsplit(url)
        self._lease = lease
        self.heartbeat = Heartbeat("mailbox", metrics, patience=5 * EVERY)

    async def run(self) -> None:
        """Poll every minute until cancelled."""
        while not stopping():
            try:
                if await self._lease.hold():
                    await self.poll()
            except (OSError, TimeoutError, AioImapException) as error:
                log.warning("the mailbox can't be reached", error=type(error).__name__)
            except Exception as error:
                if not is_unavailable(error):
                    raise
                log.warning("the mailbox waits for MongoDB", error=type(error).__name__)
            self.heartbeat.beat()
            await asyncio.sleep(EVERY)

    async def poll(self) -> int:
        """Take the unseen mails; returns how many were looked at.

        Raises: OSError, TimeoutError, AioImapException.
        """
        url = self._url
        kind = IMAP4_SSL if url.scheme == "imaps" else IMAP4
        client = kind(host=url.hostname or "", port=url.port or kind.PORT, timeout=ANSWERS_WITHIN)
        try:
            await client.wait_hello_from_server()
            login = await client.login(unquote(url.username or ""), unquote(url.password or ""))
            if login.result != "OK":
                raise AioImapException("the mailbox does not let us in")
            await client.select(unquote(url.path.strip("/")) or "INBOX")
            unseen = await client.uid_search("UNSEEN", charset=None)
            numbers = [uid.decode() for uid in unseen.lines[0].split()][:AT_ONCE] if unseen.result == "OK" else []
            for number in numbers:
                if await self._take(client, number):
                    await client.uid("store", number, "+FLAGS", "(\\Seen)")
            return len(numbers)
        finally:
            with suppress(OSError, TimeoutError, AioImapException, AttributeError):
                await client.logout()

    async def _take(self, client: IMAP4, number: str) -> bool:
        """Take one mail; returns whether it is done with, also because it is not for us."""
        size = await client.uid("fetch", number, "(RFC822.SIZE)")
        size_match = next((match for line in size.lines if (match := _SIZE.search(bytes(line)))), None)
        if size_match is None or int(size_match[1]) > MOST_BYTES:
            log.warning("a mail in the mailbox is too large")
            return True
        fetched = await client.uid("fetch", number, "(BODY.PEEK[])")
        content = next((bytes(line) for line in fetched.lines if isinstance(line, bytearray)), b"")
        replies = [
            await self.router.receive(recipient, sender, content) for recipient, sender in self._recipients(content)
        ]
        return not any(reply.startswith("4") for reply in replies)

    def _recipients(self, content: bytes) -> Iterator[tuple[str, str]]:
        """The first address of this mail that has a handler, and its sender."""
        mail = message_from_bytes(bounded(content), policy=policy.compat32)
        sender = parseaddr(str(mail["Return-Path"] or mail["From"] or ""))[1]
        for header in RECIPIENT_HEADERS:
            for _, address in getaddresses([str(value) for value in mail.get_all(header, [])][:20]):
                if self.router.handler_for(address) is not None:
                    yield address, sender
                    return
