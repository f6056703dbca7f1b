"""Writes the outcome of delivery to a message, together with the event that reports it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from chassis.storage.aggregates import Change, Conflict
from chassis.storage.mongo import Document, PyMongoError, is_unavailable
from contracts.envelope import Event
from contracts.notifications import MessageDelayed, MessageSettled
from services.notifications.domain.channels import Channel
from services.notifications.domain.delivery import RECHECK_EVERY, Settled, delays_answer
from services.notifications.domain.text_reports import KnownDelivery
from services.notifications.messages.changes import stored_attempts
from services.notifications.messages.documents import BY_HAND, AsSent, Attempt, OutboundMessage
from services.notifications.messages.repository import RETRYING, Messages, scope_of_message
from services.notifications.metrics import NotificationMetrics

WRITE_RETRY_PAUSE = 0.5
"""Seconds between attempts to record that a message was handed over."""
CLAIM_LASTS = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Handover:
    """How a message went out. `as_sent`: a copy of it; None where nothing may be kept. `delivery`: what is known of it since it went out;
    `merged_into`: the message in whose mail it went; `bounce`: by what it is found if its mail comes back."""

    channel: Channel
    as_sent: AsSent | None
    template_version: int | None
    outcome: str = "sent"
    delivery: KnownDelivery = "handed_over"
    merged_into: str | None = None
    bounce: str = ""

    def as_stored(self) -> Document:
        """The fields to set on the message."""
        fields = {
            "as_sent": msgspec.to_builtins(self.as_sent),
            "template_version": self.template_version,
            "delivery": self.delivery,
            "told_in": self.merged_into,
            "bounce": self.bounce or None,
        }
        return {name: value for name, value in fields.items() if value is not None}


class Settling:
    """Records outcomes of delivery: a message is settled, or is due again later."""

    def __init__(self, messages: Messages, metrics: NotificationMetrics) -> None:
        self._messages = messages
        self._metrics = metrics

    async def settle(
        self,
        message: OutboundMessage,
        status: Settled,
        channel: Channel,
        now: datetime,
        *,
        call: Document | None = None,
    ) -> None:
        """End delivery without sending, or leave it to staff (`to_call`, `to_post`). `call`: fields that the call list is sorted and
        filtered by.

        Raises: Conflict.
        """
        await self._end(message, status, channel, message.attempts, call or {}, now)

    async def sent(self, message: OutboundMessage, handover: Handover, now: datetime) -> None:
        """Record that a message was handed over, however long MongoDB is away, and whatever the message became meanwhile: else it would be
        handed over again. A report on the text that came meanwhile prevails over `handover`."""
        channel = handover.channel
        while message.status == "pending":
            reported = message.delivery if channel == "sms" else None
            try:
                if reported == "refused":
                    return await self.try_next_channel(message, channel, "refused", now)
                attempts = [*message.attempts, Attempt(now, handover.outcome, channel)]
                fields = replace(handover, delivery=reported or handover.delivery).as_stored()
                return await self._end(message, "sent", channel, attempts, fields, now)
            except Conflict:
                stored = await self._messages.load(scope_of_message(message), message.id)
                if stored is None:
                    return
                # It may have been erased: then nothing is left of what it said.
                message, handover = stored, replace(handover, as_sent=None)
            except PyMongoError as error:
                if not is_unavailable(error):
                    raise
                await asyncio.sleep(WRITE_RETRY_PAUSE)

    async def _end(
        self,
        message: OutboundMessage,
        status: Settled,
        channel: Channel,
        attempts: Sequence[Attempt],
        fields: Document,
        now: datetime,
    ) -> None:
        """Write the status, and the event that tells of it. Raises: Conflict."""
        event = MessageSettled(
            message_id=message.id, kind=message.kind, channel=channel, status=status, attempts=len(attempts)
        )
        fields = {**fields, "status": status, "attempts": stored_attempts(attempts), "settled_at": now}
        by_hand = status in BY_HAND
        if by_hand:
            fields["due_at"] = now + RECHECK_EVERY
        unset = [RETRYING, "postponed", "mailbox", *(() if by_hand else ("due_at",))]
        delayed = _delayed_events(message, now) if status == "sent" else []
        await self._messages.commit(message, Change(set=fields, unset=unset, events=[event, *delayed]), now)
        self._metrics.settled.labels(status).inc()

    async def claim(self, message: OutboundMessage, now: datetime) -> OutboundMessage:
        """Reserve a message that is to be merged with others into one mail: another worker that is about to send it meets a conflict. It is due
        again soon, should this process die.

        Raises: Conflict.
        """
        await self._messages.commit(message, Change(set={"due_at": now + CLAIM_LASTS}), now)
        return msgspec.structs.replace(message, version=message.version + 1)

    async def wait_until(self, message: OutboundMessage, at: datetime, now: datetime) -> None:
        """Move its due time to `at`: nothing can be done before. Raises: Conflict."""
        await self._messages.commit(message, Change(set={"due_at": at}, events=_delayed_events(message, at)), now)

    async def wait_for_server(self, message: OutboundMessage, at: datetime, now: datetime) -> None:
        """Move the due time of a message that was not tried, as its mail server rests until `at`. Raises: Conflict."""
        change = Change({"due_at": at, RETRYING: True}, events=_delayed_events(message, at))
        await self._messages.commit(message, change, now)

    async def try_later(
        self,
        message: OutboundMessage,
        channel: Channel,
        reason: str,
        pause: timedelta,
        now: datetime,
        *,
        detail: str = "",
        not_taken: bool = False,
    ) -> None:
        """Record a failed attempt that is repeated by the same channel. `not_taken`: the text that was begun was certainly not sent."""
        tried = stored_attempts([*message.attempts, Attempt(now, reason, channel, detail)])
        fields: Document = {"due_at": now + pause, "attempts": tried, RETRYING: True}
        await self._messages.commit(
            message, Change(fields, ["text"] if not_taken else (), _delayed_events(message, now + pause)), now
        )
        self._metrics.send_failures.labels(channel, "away").inc()

    async def try_next_channel(
        self, message: OutboundMessage, channel: Channel, reason: str, now: datetime, detail: str = ""
    ) -> None:
        """Record that a channel failed for good, so that the next one is chosen at once. Raises: Conflict."""
        tried = stored_attempts([*message.attempts, Attempt(now, reason, channel, detail)])
        fields: Document = {"attempts": tried, "failed": [*message.failed, channel], "due_at": now}
        await self._messages.commit(message, Change(set=fields), now)
        self._metrics.send_failures.labels(channel, "refused").inc()

    async def postpone(self, message: OutboundMessage, until: datetime, mailbox: str, now: datetime) -> None:
        """Hold a message back until then, when it is merged with the others held back for its mailbox. Raises: Conflict."""
        fields: Document = {"due_at": until, "postponed": True, "mailbox": mailbox}
        await self._messages.commit(message, Change(set=fields, events=_delayed_events(message, until)), now)
        self._metrics.postponed.inc()


def _delayed_events(message: OutboundMessage, until: datetime) -> list[Event]:
    """The event that gives its recipient more time to answer, where a message that asks for an answer is delayed."""
    if not delays_answer(message.content, message.at, until):
        return []
    return [MessageDelayed(message_id=message.id, kind=message.kind, registration_id=message.contact, until=until)]
