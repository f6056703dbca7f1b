"""Use cases of the log of messages: read, try again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.http.problems import conflict, not_found
from chassis.storage.aggregates import Change
from chassis.storage.tenancy import TenantScope
from services.notifications.domain.delivery_status import delivery_status
from services.notifications.messages.documents import OutboundMessage
from services.notifications.messages.repository import Messages, once_more

NOT_RETRYABLE = "Only messages that did not arrive can be tried again."
RETRYABLE = ("pending", "failed", "bounced", "expired", "to_call")
"""A message on the call list too: whoever corrects an address need not telephone any more. A letter may be in the post already."""


class MessageLog:
    """The messages of a municipality, for its staff."""

    def __init__(self, messages: Messages, clock: Clock) -> None:
        self._messages = messages
        self._clock = clock

    async def page(
        self, scope: TenantScope, cursor: str | None, limit: int, **conditions: str | None
    ) -> list[OutboundMessage]:
        """Up to `limit` messages by id, after the cursor; conditions that are empty are none."""
        wanted = {name: value for name, value in conditions.items() if value}
        return await self._messages.page(scope, wanted, cursor, limit)

    async def newest(
        self, scope: TenantScope, limit: int, before: str | None = None, **conditions: str
    ) -> list[OutboundMessage]:
        """The newest first, older than the one with the id `before`; conditions that are empty are none."""
        wanted = {name: value for name, value in conditions.items() if value}
        return await self._messages.newest(scope, limit, wanted, before)

    async def get(self, scope: TenantScope, id: str) -> OutboundMessage:
        """Raises Problem 404."""
        found = await self._messages.load(scope, id)
        if found is None:
            raise not_found("message")
        return found

    async def retry(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """Try a message again that did not reach its recipient, from the first way on: after an address was corrected it goes there.

        Raises: Problem 404 no such message, 409 it arrived or waits as a letter.
        """
        now = self._clock.now()

        def decide(message: OutboundMessage) -> Change:
            if not may_be_repeated(message):
                raise conflict("not-retryable", NOT_RETRYABLE)
            return once_more(message, (), now)

        return await self._changed(scope, id, decide, now)

    async def other_way(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """Take the next way for a message that was tried on one, or of which nobody knows whether it arrived.

        Raises: Problem 404 no such message, 409 it arrived, is with people, or was not tried yet.
        """
        now = self._clock.now()

        def decide(message: OutboundMessage) -> Change:
            last = message.last_way
            if message.waits_by_hand or not may_be_repeated(message) or last is None:
                raise conflict("not-retryable", NOT_RETRYABLE)
            return once_more(message, sorted({*message.failed, last.channel}), now)

        return await self._changed(scope, id, decide, now)

    async def _changed(
        self, scope: TenantScope, id: str, decide: Callable[[OutboundMessage], Change], now: datetime
    ) -> dict[str, Any]:
        done = await self._messages.execute(scope, id, decide, now)
        if done is None:
            raise not_found("message")
        answer: dict[str, Any] = done[0]
        return answer


def may_be_repeated(message: OutboundMessage) -> bool:
    """Whether it did not arrive so far, or nobody knows whether it did."""
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
    """The same with what was sent, codes and links masked; null where nothing was, or it went by retention or erasure."""
    sent = message.as_sent
    whole = {"subject": sent.subject, "text": sent.text, "language": sent.language} if sent else None
    return {**as_json(message), "as_sent": whole}
