"""Sends one message as a text. That it is about to be sent is stored first, so that a crash sends nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from chassis.ids import Secrets
from chassis.storage.aggregates import Change
from chassis.storage.tenancy import TenantScope
from services.notifications.delivery.repository_day_limits import DayLimits
from services.notifications.delivery.settle import Handover, Settling
from services.notifications.domain.delivery import pause_after
from services.notifications.domain.facts import Contact
from services.notifications.domain.text_messages import parts
from services.notifications.messages.documents import OutboundMessage, Texted
from services.notifications.messages.masking import as_sent
from services.notifications.messages.repository import Messages
from services.notifications.sms.gateway import Gateway, GatewayAway, NotTaken, TextMessage, Unclear, text_of
from services.notifications.wording.rendered_text import RenderedText

PATIENCE = timedelta(hours=1)
"""For how long a gateway may be away before the next channel is tried."""


class TextSender:
    """Sends messages as texts and records the outcome."""

    def __init__(self, messages: Messages, settling: Settling, limits: DayLimits, secrets: Secrets) -> None:
        self._messages = messages
        self._settling = settling
        self._limits = limits
        self._secrets = secrets

    async def send(
        self,
        scope: TenantScope,
        gateway: Gateway,
        message: OutboundMessage,
        contact: Contact,
        rendered: RenderedText,
        now: datetime,
    ) -> None:
        """Send a message as a text, and record the outcome. A text that may have been accepted is not sent again: it shows as unclear.

        Raises: Conflict.
        """
        body = text_of(rendered)
        id = self._secrets.derived_id("text", f"{scope.tenant} {message.id} {message.resent}")
        begun_before = message.text is not None and message.text.id == id
        if begun_before and not gateway.repeats:
            return await self._record_sent(message, rendered, contact, now, unclear="interrupted")
        text = Texted(id, gateway.name, now, parts(body).parts)
        stored_text = msgspec.to_builtins(text, builtin_types=(datetime,))
        # What is known of an earlier way goes: from here on it is what reports say of this text.
        known_delivery = message.delivery if begun_before else None
        unset = () if known_delivery else ("delivery",)
        await self._messages.commit(message, Change(set={"text": stored_text}, unset=unset), now)
        message = msgspec.structs.replace(message, version=message.version + 1, text=text, delivery=known_delivery)
        try:
            await gateway.send(TextMessage(id, message.tenant, contact.phone_e164 or "", rendered.language, body), now)
        except NotTaken as refused:
            await self._settling.try_next_channel(message, "sms", str(refused), now)
        except GatewayAway as away:
            await self._retry_or_next_channel(message, str(away), now)
        except Unclear as unclear:
            await self._record_sent(message, rendered, contact, now, unclear=str(unclear))
        else:
            await self._record_sent(message, rendered, contact, now)

    async def _retry_or_next_channel(self, message: OutboundMessage, reason: str, now: datetime) -> None:
        """Send a text later that was certainly not accepted, or try the next channel."""
        since = max(message.at, message.not_before or message.at)
        if now - since > PATIENCE:
            return await self._settling.try_next_channel(message, "sms", reason, now)
        pause = pause_after(len(message.attempts) + 1)
        await self._settling.try_later(message, "sms", reason, pause, now, not_taken=True)

    async def _record_sent(
        self, message: OutboundMessage, rendered: RenderedText, contact: Contact, now: datetime, *, unclear: str = ""
    ) -> None:
        self._limits.count(message.tenant, now, text=True)
        handover = Handover(
            channel="sms",
            as_sent=as_sent(rendered, contact),
            template_version=rendered.version,
            outcome=f"unclear: {unclear}" if unclear else "sent",
            delivery="unclear" if unclear else "handed_over",
        )
        await self._settling.sent(message, handover, now)
