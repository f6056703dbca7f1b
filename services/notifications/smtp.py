"""The way to the mail server: a few connections that are kept open between mails."""

from __future__ import annotations

from collections import deque
from email.message import Message
from urllib.parse import unquote, urlsplit

import aiosmtplib

KEPT = 4


class MailServer:
    """Hands mails to the server of `smtp://`, `smtp+starttls://` or `smtps://`."""

    def __init__(self, smtp_url: str) -> None:
        self._url = urlsplit(smtp_url)
        self._idle: deque[aiosmtplib.SMTP] = deque()

    async def send(self, message: Message, sender: str, recipient: str) -> None:
        """Raises: aiosmtplib.SMTPException, OSError."""
        content = message.as_bytes()
        while self._idle:
            connection = self._idle.popleft()
            try:
                await self._hand_over(connection, content, sender, recipient)
            except aiosmtplib.SMTPServerDisconnected:
                continue  # it was closed while it waited: the next one, in the end a new one
            return
        connection = aiosmtplib.SMTP(
            hostname=self._url.hostname,
            port=self._url.port,
            timeout=20,
            username=unquote(self._url.username) if self._url.username else None,
            password=unquote(self._url.password) if self._url.password else None,
            use_tls=self._url.scheme == "smtps",
            start_tls=self._url.scheme == "smtp+starttls",
        )
        await connection.connect()
        await self._hand_over(connection, content, sender, recipient)

    async def _hand_over(self, connection: aiosmtplib.SMTP, content: bytes, sender: str, recipient: str) -> None:
        try:
            await connection.sendmail(sender, [recipient], content)
        except BaseException:
            connection.close()
            raise
        if len(self._idle) < KEPT:
            self._idle.append(connection)
        else:
            await connection.quit()
