"""Receives gateways' reports on text messages, which may be repeated and come in any order."""

from __future__ import annotations

from datetime import datetime

from chassis.clock import Clock
from chassis.http.problems import FieldError, Problem, invalid, not_found
from chassis.storage.aggregates import Change
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from contracts.notifications import MessageSettled
from services.notifications.domain.text_reports import apply_report
from services.notifications.messages.changes import next_channel_fields, stored_attempts
from services.notifications.messages.documents import MOST_ATTEMPTS, Attempt, OutboundMessage
from services.notifications.messages.repository import Messages
from services.notifications.settings.repository import SettingsRepository
from services.notifications.sms.gateway import NotFromGateway, RawReport, Report
from services.notifications.sms.gateways import Gateways

UNREADABLE = "This report cannot be read."
NOT_SIGNED = "This report is not signed as agreed, or is too old."


class TextReports:
    """Records the delivery reports of gateways."""

    def __init__(self, gateways: Gateways, messages: Messages, settings: SettingsRepository, clock: Clock) -> None:
        self._gateways = gateways
        self._messages = messages
        self._settings = settings
        self._clock = clock

    async def receive(self, scope: TenantScope, name: str, token: str, raw: RawReport) -> int:
        """Record the reports in a gateway's request; returns how many texts of this municipality they are about.

        Raises: Problem 404 the address was not given out, 403 it is not signed or too old, 422 it cannot be read.
        """
        gateway = self._gateways.get(scope, await self._settings.get_or_default(scope))
        if not self._gateways.may_report(scope, name, token) or gateway is None or gateway.name != name:
            raise not_found("gateway")
        try:
            reports = gateway.reports(raw, self._clock.now())
        except NotFromGateway:
            raise Problem(403, "not-signed", "Not allowed", NOT_SIGNED) from None
        except ValueError:
            raise invalid(FieldError("", UNREADABLE)) from None
        return sum([await self.record(scope, report) for report in reports])

    async def record(self, scope: TenantScope, report: Report) -> bool:
        """Record one report; returns whether there is such a text."""
        now = self._clock.now()
        message = await self._messages.find_by_text(scope, report.id)
        if message is None:
            return False

        def decide(current: OutboundMessage) -> Change | None:
            if current.text is None or current.text.id != report.id:
                return None
            return _report_change(current, report, now)

        await self._messages.execute(scope, message.id, decide, now)
        return True


def _report_change(message: OutboundMessage, report: Report, now: datetime) -> Change | None:
    last = message.last_channel_attempt
    by_text = message.status == "sent" and last is not None and last.channel == "sms"
    elsewhere = message.status in ("pending", "to_call", "to_post") and "sms" in message.failed
    delivery, effect = apply_report(
        message.delivery, report.reported, settled_by_text=by_text, open_elsewhere=elsewhere
    )
    if effect == "nothing" or len(message.attempts) >= MOST_ATTEMPTS:
        return None
    attempt = Attempt(now, f"reported: {report.reported}", "sms")
    if effect == "next_channel":
        return Change(next_channel_fields(message, attempt), ["settled_at"])
    attempts = stored_attempts([*message.attempts, attempt])
    fields: Document = {"delivery": delivery, "attempts": attempts}
    if effect == "arrived":
        event = MessageSettled(
            message_id=message.id, kind=message.kind, channel="sms", status="sent", attempts=len(attempts)
        )
        return Change({**fields, "status": "sent", "settled_at": now}, ["due_at"], [event])
    return Change(fields)
