"""What became of messages: read, and tried again."""

from __future__ import annotations

from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.http.problems import conflict, not_found
from chassis.storage.aggregates import Change
from chassis.storage.tenancy import TenantScope
from services.notifications.messages.documents import OutboundMessage
from services.notifications.messages.repository import Messages

RETRYABLE = ("pending", "failed", "bounced", "expired")


class MessageLog:
    """The messages of a municipality, for its staff."""

    def __init__(self, messages: Messages, clock: Clock) -> None:
        self._messages = messages
        self._clock = clock

    async def page(
        self, scope: TenantScope, status: str | None, kind: str | None, cursor: str | None, limit: int
    ) -> list[OutboundMessage]:
        """Up to `limit` messages by id, after the cursor."""
        wanted = {name: value for name, value in (("status", status), ("kind", kind)) if value}
        return await self._messages.page(scope, wanted, cursor, limit)

    async def newest(self, scope: TenantScope, limit: int) -> list[OutboundMessage]:
        """The newest first."""
        return await self._messages.newest(scope, limit)

    async def one(self, scope: TenantScope, id: str) -> OutboundMessage:
        """Raises Problem 404."""
        found = await self._messages.load(scope, id)
        if found is None:
            raise not_found("message")
        return found

    async def retry(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """Try a message again that did not reach its recipient.

        Raises: Problem 404 no such message, 409 it arrived or is with people.
        """
        now = self._clock.now()

        def decide(message: OutboundMessage) -> Change:
            if message.status not in RETRYABLE:
                raise conflict("not-retryable", "Only messages that did not arrive can be tried again.")
            fields = {"status": "pending", "due_at": now, "at": now, "failed": [], "resent": message.resent + 1}
            return Change(set=fields, unset=["delivery"], answer={"id": id, "status": "pending"})

        done = await self._messages.execute(scope, id, decide, now)
        if done is None:
            raise not_found("message")
        answer: dict[str, Any] = done[0]
        return answer


def shown(message: OutboundMessage) -> dict[str, Any]:
    """A message without its recipient."""
    return {
        "id": message.id,
        "kind": message.kind,
        "status": message.status,
        "postponed": message.postponed,
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


def shown_whole(message: OutboundMessage) -> dict[str, Any]:
    """The same with what was sent, codes and links masked; null where nothing was, or it went by retention or erasure."""
    sent = message.as_sent
    whole = {"subject": sent.subject, "text": sent.text, "language": sent.language} if sent else None
    return {**shown(message), "as_sent": whole}
