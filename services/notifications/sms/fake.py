"""A gateway for development: texts are shown among the mails of the mail sink, and the number decides how sending fails.

By the last two digits of the number: 91 refused, 92 an answer of 200 with an error in it, 93 away, 94 taken but no answer, 95 reported as
delivered, twice and before "underway", 96 taken and later reported as refused; all others are taken and nothing is reported.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.notifications.domain.addresses import Address
from services.notifications.domain.text_reports import Reported
from services.notifications.mail.compose import Mail
from services.notifications.sms.gateway import (
    GatewayAway,
    GatewayName,
    NotFromGateway,
    NotTaken,
    RawReport,
    Report,
    TextMessage,
    Unclear,
)

REPORTED: dict[str, tuple[Reported, ...]] = {
    "95": ("delivered", "delivered", "underway"),
    "96": ("underway", "refused", "refused"),
}


class FakeGateway:
    """Gateway for development. `show` puts a text where developers see it; `on_report` receives its reports."""

    name: GatewayName = "fake"
    repeats = False

    def __init__(
        self, show: Callable[[TextMessage, datetime], Awaitable[None]], on_report: Callable[[Report], Awaitable[None]]
    ) -> None:
        self._show = show
        self._on_report = on_report
        self._report_tasks: set[asyncio.Task[None]] = set()

    async def send(self, message: TextMessage, now: datetime) -> None:
        """Raises: NotTaken, GatewayAway, Unclear."""
        match message.to[-2:]:
            case "91" | "92":
                raise NotTaken("code 202")
            case "93":
                raise GatewayAway("HTTP 503")
        await self._show(message, now)
        if message.to.endswith("94"):
            raise Unclear("ReadTimeout")
        if reports := REPORTED.get(message.to[-2:]):
            task = asyncio.create_task(self._report(message, reports))
            self._report_tasks.add(task)
            task.add_done_callback(self._report_tasks.discard)

    async def _report(self, message: TextMessage, reports: tuple[Reported, ...]) -> None:
        for reported in reports:
            await self._on_report(Report(message.id, reported))

    def reports(self, raw: RawReport, now: datetime) -> list[Report]:
        """Raises: NotFromGateway."""
        raise NotFromGateway


def as_mail(message: TextMessage, sender: str, now: datetime) -> Mail:
    """A text as a mail for the mail sink of development."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{sender.strip('+') or 'text'}@sms.invalid"
    mail["To"] = f"{message.to}@sms.invalid"
    mail["Subject"] = "SMS"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.id}@sms.invalid>"
    mail["Content-Language"] = message.language
    mail.set_content(message.text)
    return Mail(mail.as_bytes(), str(mail["From"]), Address(f"{message.to}@sms.invalid", False))
