"""Delivers due messages: reads the situation of each, decides, and carries the decision out."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from chassis.clock import Clock
from chassis.ids import Secrets
from chassis.storage.aggregates import Conflict
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.notifications.delivery.by_email import DeliverByEmail
from services.notifications.delivery.by_sms import DeliverBySms
from services.notifications.delivery.delivery import Delivery
from services.notifications.delivery.repository_day_limits import DayLimits
from services.notifications.delivery.settle import Settling
from services.notifications.delivery.situations import Situations
from services.notifications.domain.delivery import Decision, Send, Settle, Situation, Wait, decide, is_over
from services.notifications.domain.facts import Contact
from services.notifications.mail.server import GivenUp
from services.notifications.messages.documents import BY_HAND, OutboundMessage
from services.notifications.messages.repository import read_message
from services.notifications.reminders.stale_handwork import StaleHandwork
from services.notifications.settings.documents import TenantSettings
from services.notifications.settings.repository import SettingsRepository
from services.notifications.unsubscribing.repository import Unsubscribed

STOPPED_RECHECK = timedelta(minutes=1)
"""How often messages of a municipality that stopped sending are checked for whether it sends again."""

JUST_ENQUEUED = timedelta(seconds=2)
CONTACT_LOOKUP_PAUSES = (0.02, 0.03, 0.05, 0.1, 0.2)
"""Seconds between lookups of the recipient of a message that was enqueued just now: the contact's event may come a moment after the one that
made the message, and to make the message due again costs more than to look again."""


class Deliver:
    """Carries out what is decided on a due message."""

    def __init__(
        self,
        situations: Situations,
        settings: SettingsRepository,
        settling: Settling,
        by_email: DeliverByEmail,
        by_sms: DeliverBySms,
        limits: DayLimits,
        unsubscribed: Unsubscribed,
        stale_handwork: StaleHandwork,
        secrets: Secrets,
        clock: Clock,
    ) -> None:
        self._situations = situations
        self._settings = settings
        self._settling = settling
        self._by_email = by_email
        self._by_sms = by_sms
        self._limits = limits
        self._unsubscribed = unsubscribed
        self._stale_handwork = stale_handwork
        self._secrets = secrets
        self._clock = clock

    async def wait_for_predecessor(self, message: OutboundMessage, until: datetime, now: datetime) -> None:
        """Postpone a message to `until`, when an earlier message to the same recipient is tried again."""
        with suppress(Conflict):  # it changed, and is looked at again
            await self._settling.wait_until(message, max(until, now), now)

    async def carry_out(self, document: Document, still_ours: Callable[[], bool]) -> None:
        """Settle one message, or move its due time; a call or letter that waits for staff is withdrawn when it no longer matters.

        `still_ours` is asked right before the last step: whether no other worker may have taken the message over. One that changed
        meanwhile, or is not ours any more, is left as it is.
        """
        with suppress(Conflict, GivenUp):
            await self._carry_out(of_document(document), read_message(document), still_ours)

    async def _carry_out(self, scope: TenantScope, message: OutboundMessage, still_ours: Callable[[], bool]) -> None:
        now = self._clock.now()
        settings = await self._settings.get_or_default(scope)
        if settings.stopped and not message.waits_by_hand:
            return await self._settling.wait_until(message, now + STOPPED_RECHECK, now)
        situation = await self._situation(scope, message, settings, now)
        match self._within_limits(decide(situation, now), situation, now):
            case Settle() as settled:
                await self._settle(scope, message, situation, settled, now)
            case Wait(at):
                await self._settling.wait_until(message, at, now)
            case Send() if await self._is_unsubscribed(scope, situation):
                await self._settling.settle(message, "suppressed", "none", now)
            case Send(channel):

                def may_go_out() -> bool:
                    return still_ours() and not is_over(situation, self._clock.now())

                delivery = Delivery(scope, message, situation, settings, now, may_go_out)
                await (self._by_email if channel == "email" else self._by_sms).deliver(delivery)

    async def _situation(
        self, scope: TenantScope, message: OutboundMessage, settings: TenantSettings, now: datetime
    ) -> Situation:
        situation = await self._situations.get(scope, message, settings)
        for pause in CONTACT_LOOKUP_PAUSES if now - message.at < JUST_ENQUEUED else ():
            if situation.contact is not None:
                break
            await asyncio.sleep(pause)
            situation = await self._situations.get(scope, message, settings)
        return situation

    def _within_limits(self, decision: Decision, situation: Situation, now: datetime) -> Decision:
        """Apply the municipality's daily limits: over them, an urgent message goes by another channel than a text, and any other waits."""
        if not isinstance(decision, Send):
            return decision
        texts = self._limits.opens_at(situation.tenant, now, "texts") if decision.channel == "sms" else None
        if situation.content.now:
            return decide(dataclasses.replace(situation, takes_text=False), now) if texts else decision
        opens = self._limits.opens_at(situation.tenant, now) or texts
        return Wait(opens) if opens else decision

    async def _settle(
        self, scope: TenantScope, message: OutboundMessage, situation: Situation, settled: Settle, now: datetime
    ) -> None:
        call = self._call_list_fields(situation.about.contact) if settled.status == "to_call" else None
        if call is not None and settled.call_after is not None:
            call["call_after"] = settled.call_after
        await self._settling.settle(message, settled.status, settled.channel, now, call=call)
        if settled.status in BY_HAND:
            await self._stale_handwork.watch(scope)

    async def _is_unsubscribed(self, scope: TenantScope, situation: Situation) -> bool:
        """Whether the recipient unsubscribed from messages of this kind, by whatever channel it would go."""
        content, contact = situation.content, situation.about.contact
        optional = content.purpose == "optional" and bool(contact.email)
        return optional and await self._unsubscribed.contains(scope, content.kind, contact.email or "")

    def _call_list_fields(self, contact: Contact) -> Document:
        """Fields that the call list is sorted and filtered by; the number as a keyed hash, so that it is erased with the contact."""
        number = contact.phone_e164 or "".join(sign for sign in contact.phone or "" if sign.isdigit())
        return {"number": self._secrets.derived_id("number", number), "language": contact.language}
