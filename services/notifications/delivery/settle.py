"""Writing what became of a message, with the event that tells it."""

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

AGAIN = 0.5
"""Seconds between attempts to write down what was handed over."""
CLAIMED = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Handover:
    """How a message went out. `as_sent`: a copy of it; None where nothing may be kept. `delivery`: what is known of it since it went out;
    `told_in`: the message in whose mail it went; `bounce`: by what it is found if its mail comes back."""

    channel: Channel
    as_sent: AsSent | None
    template_version: int | None
    outcome: str = "sent"
    delivery: KnownDelivery = "handed_over"
    told_in: str | None = None
    bounce: str = ""

    def as_stored(self) -> Document:
        """The fields of the message that say so."""
        fields = {
            "as_sent": msgspec.to_builtins(self.as_sent),
            "template_version": self.template_version,
            "delivery": self.delivery,
            "told_in": self.told_in,
            "bounce": self.bounce or None,
        }
        return {name: value for name, value in fields.items() if value is not None}


class Settling:
    """Settles messages, or moves their due time."""

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
        """The message has come to an end without being sent, or waits to be handed on by people. `call`: what the call list is sorted and
        filtered by.

        Raises: Conflict.
        """
        await self._end(message, status, channel, message.attempts, call or {}, now)

    async def sent(self, message: OutboundMessage, handover: Handover, now: datetime) -> None:
        """It was handed over. That is written however long MongoDB is away, and onto whatever the message became meanwhile: else it
        would be handed over again. What a report said of the text meanwhile is more than `handover` knows."""
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
                await asyncio.sleep(AGAIN)

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
        late = _late(message, now) if status == "sent" else []
        await self._messages.commit(message, Change(set=fields, unset=unset, events=[event, *late]), now)
        self._metrics.settled.labels(status).inc()

    async def claim(self, message: OutboundMessage, now: datetime) -> OutboundMessage:
        """Before several messages are told in one mail: whoever else is about to send one of them finds it changed. They are due again
        soon, should nothing come of it.

        Raises: Conflict.
        """
        await self._messages.commit(message, Change(set={"due_at": now + CLAIMED}), now)
        return msgspec.structs.replace(message, version=message.version + 1)

    async def wait_until(self, message: OutboundMessage, at: datetime, now: datetime) -> None:
        """Move its due time to `at`: nothing can be done before. Raises: Conflict."""
        await self._messages.commit(message, Change(set={"due_at": at}, events=_late(message, at)), now)

    async def wait_for_server(self, message: OutboundMessage, at: datetime, now: datetime) -> None:
        """Its mail server is left alone until then: it was not tried."""
        change = Change({"due_at": at, RETRYING: True}, events=_late(message, at))
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
        """This way is closed for a while. `not_taken`: the text that was begun was certainly not sent."""
        tried = stored_attempts([*message.attempts, Attempt(now, reason, channel, detail)])
        fields: Document = {"due_at": now + pause, "attempts": tried, RETRYING: True}
        await self._messages.commit(
            message, Change(fields, ["text"] if not_taken else (), _late(message, now + pause)), now
        )
        self._metrics.send_failures.labels(channel, "away").inc()

    async def try_next_channel(
        self, message: OutboundMessage, channel: Channel, reason: str, now: datetime, detail: str = ""
    ) -> None:
        """This way is no use for this message: the next one is looked for at once."""
        tried = stored_attempts([*message.attempts, Attempt(now, reason, channel, detail)])
        fields: Document = {"attempts": tried, "failed": [*message.failed, channel], "due_at": now}
        await self._messages.commit(message, Change(set=fields), now)
        self._metrics.send_failures.labels(channel, "refused").inc()

    async def postpone(self, message: OutboundMessage, until: datetime, mailbox: str, now: datetime) -> None:
        """Its mailbox got many mails: it waits, and is told with what else waits for that mailbox."""
        fields: Document = {"due_at": until, "postponed": True, "mailbox": mailbox}
        await self._messages.commit(message, Change(set=fields, events=_late(message, until)), now)
        self._metrics.postponed.inc()


def _late(message: OutboundMessage, until: datetime) -> list[Event]:
    """Told where somebody's time to answer runs while the message that asks them has to wait."""
    if not delays_answer(message.content, message.at, until):
        return []
    return [MessageDelayed(message_id=message.id, kind=message.kind, registration_id=message.contact, until=until)]
