"""Processes mails that came back, refused in the SMTP dialogue or returned days later."""

from __future__ import annotations

import asyncio
from datetime import datetime

from chassis.clock import Clock
from chassis.storage.aggregates import Change
from chassis.storage.tenancy import TenantScope
from services.notifications.delivery.repository_throttle import Throttle
from services.notifications.domain.facts import Contact
from services.notifications.domain.messages import NEW_ADDRESS
from services.notifications.domain.returned import Reason, Returned, classify_status, pause_before_retry
from services.notifications.facts.repository import Facts
from services.notifications.messages.changes import next_channel_fields, stored_attempts
from services.notifications.messages.documents import MOST_ATTEMPTS, Attempt, OutboundMessage
from services.notifications.messages.masking import masked
from services.notifications.messages.repository import Messages, scope_of_message
from services.notifications.metrics import NotificationMetrics
from services.notifications.returned.documents import ReturnedMail
from services.notifications.returned.reading import Complaint, NotReturned, Unclear, excerpt, read_return
from services.notifications.returned.repository import ReturnedMails

RETURNED = "returned"


class ProcessReturnedMail:
    """Sends the message by the next channel, lists the returned mail for clerks, and suppresses further optional mails to a dead address."""

    def __init__(
        self,
        messages: Messages,
        returned: ReturnedMails,
        facts: Facts,
        throttle: Throttle,
        metrics: NotificationMetrics,
        clock: Clock,
    ) -> None:
        self._messages = messages
        self._returned = returned
        self._facts = facts
        self._throttle = throttle
        self._metrics = metrics
        self._clock = clock

    async def process(self, message: OutboundMessage, content: bytes) -> str:
        """Process one mail that came back for a message; returns its class. The same mail again changes nothing."""
        scope, now = scope_of_message(message), self._clock.now()
        contact = await self._facts.contact(scope, message.contact)
        outcome: str
        match await asyncio.to_thread(read_return, content):
            case NotReturned(kind):
                outcome = kind
                if kind == "delivered":
                    await self._messages.execute(scope, message.id, _delivered_change, now)
            case Unclear():
                outcome = "unclear"
                await self._store_unclear(scope, message, contact, content, now)
            case Complaint():
                outcome = "complaint"
                await self._store_complaint(scope, message, contact, now)
            case Returned() as returned:
                outcome = returned.weight
                for sent in [message, *await self._messages.list_sent_together(scope, message.id)]:
                    await self._record_return(scope, sent, contact, returned, now)
        self._metrics.returned.labels(outcome).inc()
        return outcome

    async def record_refusal(self, message: OutboundMessage, to: str, answer: str, now: datetime) -> None:
        """List a mail that the mail server refused; delivery tries the next channel by itself."""
        returned = classify_status(answer)
        await self._store_returned(scope_of_message(message), message, to, returned, now)
        self._metrics.returned.labels(returned.weight).inc()

    async def _record_return(
        self, scope: TenantScope, message: OutboundMessage, contact: Contact | None, returned: Returned, now: datetime
    ) -> None:
        def decide(current: OutboundMessage) -> Change | None:
            return return_change(current, returned, now)

        result = await self._messages.execute(scope, message.id, decide, now)
        if result is None or result[0] != "next_channel" or contact is None or contact.erased:
            return
        await self._store_returned(scope, message, _address(message, contact), returned, now)

    async def _store_returned(
        self, scope: TenantScope, message: OutboundMessage, to: str, returned: Returned, now: datetime
    ) -> None:
        hard = returned.weight == "hard"
        await self._store(scope, message, returned.reason, now, status=returned.status, to=to, suppress=hard)

    async def _store_unclear(
        self, scope: TenantScope, message: OutboundMessage, contact: Contact | None, content: bytes, now: datetime
    ) -> None:
        if contact is None or contact.erased:
            return
        await self._messages.execute(scope, message.id, _unclear_change, now)
        masked_excerpt = masked(await asyncio.to_thread(excerpt, content), contact)
        await self._store(scope, message, "unclear", now, excerpt=masked_excerpt)

    async def _store_complaint(
        self, scope: TenantScope, message: OutboundMessage, contact: Contact | None, now: datetime
    ) -> None:
        """It arrived, so nothing goes another way; what one may do without is not sent there any more."""
        if contact is None or contact.erased:
            return
        await self._store(scope, message, "complaint", now, to=_address(message, contact), suppress=True)

    async def _store(
        self,
        scope: TenantScope,
        message: OutboundMessage,
        reason: Reason,
        now: datetime,
        *,
        status: str = "",
        to: str = "",
        suppress: bool = False,
        excerpt: str = "",
    ) -> None:
        """List a mail that came back. `suppress`: what one may do without does not go to the address `to` any more, where it is known."""
        mail = ReturnedMail(
            id=message.id,
            tenant=scope.tenant,
            contact=message.contact,
            kind=message.kind,
            reason=reason,
            status=status,
            at=now,
            mailbox=self._throttle.key(to) if to else "",
            suppressed=suppress and bool(to),
            excerpt=excerpt,
        )
        await self._returned.record(scope, mail)


def return_change(message: OutboundMessage, returned: Returned, now: datetime) -> Change | None:
    """The change for a message whose mail came back: sent again later, or by the next channel; None where its mail was dealt with before."""
    last = message.last_channel_attempt
    if message.status != "sent" or last is None or last.channel != "email" or last.outcome != "sent":
        return None
    if len(message.attempts) >= MOST_ATTEMPTS:
        return None
    returned_before = sum(attempt.outcome == RETURNED for attempt in message.attempts)
    attempt = Attempt(now, RETURNED, "email", f"{returned.reason} {returned.status}".strip())
    pause = pause_before_retry(returned_before) if returned.weight == "soft" else None
    if pause is not None:
        attempts = stored_attempts([*message.attempts, attempt])
        fields = {"status": "pending", "attempts": attempts, "due_at": now + pause}
        return Change(fields, ["settled_at", "told_in", "delivery"], answer="again")
    return Change(next_channel_fields(message, attempt), ["settled_at", "told_in"], answer="next_channel")


def _delivered_change(message: OutboundMessage) -> Change | None:
    return Change({"delivery": "delivered"}) if message.status == "sent" else None


def _unclear_change(message: OutboundMessage) -> Change | None:
    unknown = message.status == "sent" and message.delivery not in ("delivered", "refused")
    return Change({"delivery": "unclear"}) if unknown else None


def _address(message: OutboundMessage, contact: Contact) -> str:
    return (contact.new_email if message.kind == NEW_ADDRESS else contact.email) or ""
