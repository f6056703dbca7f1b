"""An SMTP server for a laptop: takes every mail, delivers none, shows them at /mailbox.json."""

from __future__ import annotations

from collections import deque
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from chassis.clock import SystemClock, rfc3339

KEEP = 2_000


class MailSink:
    """Keeps the newest mails in memory."""

    def __init__(self, smtp_url: str) -> None:
        address = urlsplit(smtp_url)
        self._mails: deque[dict[str, Any]] = deque(maxlen=KEEP)
        self._controller = Controller(self, hostname=address.hostname or "127.0.0.1", port=address.port or 1025)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def routes(self) -> list[Route]:
        return [Route("/mailbox.json", self._show)]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """aiosmtpd calls this for each mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        text, html = mail.get_body(("plain",)), mail.get_body(("html",))
        self._mails.appendleft(
            {
                "to": ", ".join(envelope.rcpt_tos),
                "from": str(mail["From"]),
                "subject": str(mail["Subject"]),
                "language": str(mail["Content-Language"] or ""),
                "text": text.get_content() if text else "",
                "html": html.get_content() if html else "",
                "message_id": str(mail["Message-ID"] or ""),
                "at": rfc3339(SystemClock().now()),
            }
        )
        return "250 OK"

    async def _show(self, request: Request) -> JSONResponse:
        return JSONResponse(list(self._mails))
