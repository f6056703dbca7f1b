"""Delivers one message by e-mail, together with others that were held back for the same mailbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import msgspec

from chassis.storage.aggregates import Conflict
from services.notifications.delivery.delivery import Delivery
from services.notifications.delivery.held_back import HeldBack
from services.notifications.delivery.mails import DeliveryMails
from services.notifications.delivery.recipient_limit import RecipientLimit
from services.notifications.delivery.repository_day_limits import DayLimits
from services.notifications.delivery.repository_throttle import Throttle
from services.notifications.delivery.settle import Handover, Settling
from services.notifications.delivery.situations import Situations
from services.notifications.domain.addresses import NoAddress
from services.notifications.domain.delivery import Send, decide, pause_after
from services.notifications.domain.messages import NEW_ADDRESS
from services.notifications.mail.compose import Mail
from services.notifications.mail.senders import Senders
from services.notifications.mail.server import MailRefused, RecipientRefused, ServerAway, ServerRests
from services.notifications.messages.masking import as_sent
from services.notifications.messages.repository import Messages
from services.notifications.returned.process import ProcessReturnedMail
from services.notifications.returned.tokens import BounceAddresses
from services.notifications.wording.rendered_text import RenderedText

OWN_SERVER_REFUSED = "own server refused"


class DeliverByEmail:
    """Has the mail made, keeps to the limits and wishes of its recipient, hands it to the mail server in force."""

    def __init__(
        self,
        situations: Situations,
        messages: Messages,
        settling: Settling,
        held_back: HeldBack,
        mails: DeliveryMails,
        throttle: Throttle,
        recipient_limit: RecipientLimit,
        limits: DayLimits,
        senders: Senders,
        bounces: BounceAddresses,
        returns: ProcessReturnedMail,
    ) -> None:
        self._situations = situations
        self._messages = messages
        self._settling = settling
        self._held_back = held_back
        self._mails = mails
        self._throttle = throttle
        self._recipient_limit = recipient_limit
        self._limits = limits
        self._senders = senders
        self._bounces = bounces
        self._returns = returns

    async def deliver(self, delivery: Delivery) -> None:
        """Send the mail, or record why it waits or goes by another channel. Raises: Conflict, GivenUp."""
        delivery = _by_platform_after_refusal(delivery)
        to = _mailbox(delivery)
        if await self._held_back.apply(delivery, to):
            return
        rendered = await self._mails.render(delivery)
        try:
            mail = await self._mails.compose(delivery, rendered, to)
        except NoAddress as wrong:
            return await self._settling.try_next_channel(delivery.message, "email", "address", delivery.now, str(wrong))
        if await self._recipient_limit.postponed(delivery, "email", to):
            return
        merged: list[tuple[Delivery, RenderedText]] = []
        if delivery.message.postponed:
            delivery = replace(delivery, message=await self._settling.claim(delivery.message, delivery.now))
            merged = await self._claim_held_back(delivery, to)
        if merged:
            mail = await self._mails.compose_together(delivery, [rendered, *(text for _, text in merged)], to)

        async def settle() -> None:
            self._limits.count(delivery.scope.tenant, delivery.now)
            await self._settle(delivery, rendered)
            for other, text in merged:
                await self._settle(other, text, merged_into=delivery.message.id)

        await self._hand_over(delivery, mail, to, settle)

    async def _hand_over(self, delivery: Delivery, mail: Mail, to: str, settle: Callable[[], Awaitable[None]]) -> None:
        """Hand the mail to the server, and settle the message if it takes it; else the message waits or goes by the next channel."""
        scope, message, now = delivery.scope, delivery.message, delivery.now
        bounces_to = self._bounces.address_for(scope.tenant, message.id)
        try:
            await self._senders.send(scope, delivery.settings, mail, now, delivery.may_go_out, bounces_to, settle)
        except ServerRests as rests:
            await self._settling.wait_for_server(message, now + timedelta(seconds=rests.seconds), now)
        except RecipientRefused as refused:
            at_once = timedelta(0)
            await self._settling.try_later(message, "email", OWN_SERVER_REFUSED, at_once, now, detail=refused.reason)
        except ServerAway as away:
            pause = pause_after(len(message.attempts) + 1)
            await self._settling.try_later(message, "email", away.reason, pause, now)
        except MailRefused as refused:
            await self._settling.try_next_channel(message, "email", "refused", now, refused.reason)
            await self._returns.record_refusal(message, to, refused.reason, now)

    async def _settle(self, delivery: Delivery, rendered: RenderedText, merged_into: str | None = None) -> None:
        message = delivery.message
        handover = Handover(
            channel="email",
            as_sent=as_sent(rendered, delivery.situation.about.contact),
            template_version=rendered.version,
            merged_into=merged_into,
            bounce=self._bounces.reference(message.tenant, message.id) if self._bounces.domain else "",
        )
        await self._settling.sent(message, handover, delivery.now)

    async def _claim_held_back(self, delivery: Delivery, to: str) -> list[tuple[Delivery, RenderedText]]:
        """Claim other messages that were held back for the same mailbox and may go out now."""
        scope, now, postponed = delivery.scope, delivery.now, []
        for message in await self._messages.list_postponed(scope, self._throttle.key(to), delivery.message.id):
            situation = await self._situations.get(scope, message, delivery.settings)
            if decide(situation, now) == Send("email"):
                try:
                    message = await self._settling.claim(message, now)
                except Conflict:
                    continue  # another worker is at it
                other = replace(delivery, message=message, situation=situation)
                postponed.append((other, await self._mails.render(other)))
        return postponed


def _mailbox(delivery: Delivery) -> str:
    contact = delivery.situation.about.contact
    return (contact.new_email if delivery.situation.content.kind == NEW_ADDRESS else contact.email) or ""


def _by_platform_after_refusal(delivery: Delivery) -> Delivery:
    """As it was; by the platform's server, if the municipality's own refused this message."""
    if all(attempt.outcome != OWN_SERVER_REFUSED for attempt in delivery.message.attempts):
        return delivery
    return replace(delivery, settings=msgspec.structs.replace(delivery.settings, sender_state="failing"))
