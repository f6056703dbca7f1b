"""Use cases of the log of messages: list, read, retry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.http.problems import conflict, not_found
from chassis.storage.aggregates import Change
from chassis.storage.tenancy import TenantScope
from services.notifications.domain.delivery_status import delivery_status
from services.notifications.messages.changes import resend_change
from services.notifications.messages.documents import OutboundMessage
from services.notifications.messages.repository import Messages

NOT_RETRYABLE = "Only messages that did not arrive can be tried again."
RETRYABLE = ("pending", "failed", "bounced", "expired", "to_call")
"""Includes the call list: after correcting an address nobody has to telephone. Not letters: they may be in the post already."""


class MessageLog:
    """Use cases of the log of messages of a municipality, for its staff."""

    def __init__(self, messages: Messages, clock: Clock) -> None:
        self._messages = messages
        self._clock = clock

    async def list_page(
        self, scope: TenantScope, cursor: str | None, limit: int, **conditions: str | None
    ) -> list[OutboundMessage]:
        """Up to `limit` messages by id, after the cursor. Empty conditions are ignored."""
        condition = {name: value for name, value in conditions.items() if value}
        return await self._messages.list_page(scope, condition, cursor, limit)

    async def list_newest(
        self, scope: TenantScope, limit: int, before: str | None = None, **conditions: str
    ) -> list[OutboundMessage]:
        """Messages, the newest first, older than the one with the id `before`. Empty conditions are ignored."""
        condition = {name: value for name, value in conditions.items() if value}
        return await self._messages.list_newest(scope, limit, condition, before)

    async def get(self, scope: TenantScope, id: str) -> OutboundMessage:
        """One message.

        Raises: Problem 404.
        """
        message = await self._messages.load(scope, id)
        if message is None:
            raise not_found("message")
        return message

    async def retry(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """Retry a message that did not reach its recipient, beginning with the first channel, so that it goes to an address corrected since.

        Raises: Problem 404 no such message, 409 it arrived or waits as a letter.
        """
        now = self._clock.now()

        def decide(message: OutboundMessage) -> Change:
            if not may_be_repeated(message):
                raise conflict("not-retryable", NOT_RETRYABLE)
            return resend_change(message, (), now)

        return await self._execute(scope, id, decide, now)

    async def send_by_next_channel(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """Send a message by the next channel, after one was tried or when nobody knows whether it arrived.

        Raises: Problem 404 no such message, 409 it arrived, waits for staff, or was not tried yet.
        """
        now = self._clock.now()

        def decide(message: OutboundMessage) -> Change:
            last = message.last_channel_attempt
            if message.waits_by_hand or not may_be_repeated(message) or last is None:
                raise conflict("not-retryable", NOT_RETRYABLE)
            return resend_change(message, sorted({*message.failed, last.channel}), now)

        return await self._execute(scope, id, decide, now)

    async def _execute(
        self, scope: TenantScope, id: str, decide: Callable[[OutboundMessage], Change], now: datetime
    ) -> dict[str, Any]:
        result = await self._messages.execute(scope, id, decide, now)
        if result is None:
            raise not_found("message")
        answer: dict[str, Any] = result[0]
        return answer


def may_be_repeated(message: OutboundMessage) -> bool:
    """Whether staff may send it again: it has not arrived so far, or nobody knows whether it has."""
    return message.status in RETRYABLE or (message.status == "sent" and message.delivery in ("unclear", "refused"))


def as_json(message: OutboundMessage) -> dict[str, Any]:
    """A message without its recipient."""
    return {
        "id": message.id,
        "kind": message.kind,
        "status": message.status,
        "postponed": message.postponed,
        "delivery": message.delivery,
        "standing": delivery_status(message.status, message.delivery, postponed=message.postponed),
        "gathering": message.gathering,
        "at": rfc3339(message.at),
        "attempts": [
            {
                "at": rfc3339(one.at),
                "channel": one.channel or None,
                "outcome": one.outcome,
                "detail": one.detail or None,
            }
            for one in message.attempts
        ],
        "template_version": message.template_version,
    }


def as_json_with_content(message: OutboundMessage) -> dict[str, Any]:
    """A message with what was sent, codes and links masked; null where nothing was sent, or retention or erasure removed it."""
    sent = message.as_sent
    whole = {"subject": sent.subject, "text": sent.text, "language": sent.language} if sent else None
    return {**as_json(message), "as_sent": whole}
