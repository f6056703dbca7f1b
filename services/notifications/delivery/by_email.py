"""Delivers one message by e-mail, together with others that were held back for the same mailbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import msgspec

from chassis.storage.aggregates import Conflict
from services.notifications.delivery.delivery import Delivery
from services.notifications.delivery.recipient_limit import RecipientLimit
from services.notifications.delivery.repository_day_limits import DayLimits
from services.notifications.delivery.repository_throttle import Throttle
from services.notifications.delivery.settle import Handover, Settling
from services.notifications.delivery.situations import Situations
from services.notifications.digests.digests import StaffDigests
from services.notifications.domain.addresses import NoAddress
from services.notifications.domain.delivery import Send, decide, pause_after
from services.notifications.domain.messages import NEW_ADDRESS
from services.notifications.domain.throttle import may_be_stranger
from services.notifications.mail.compose import Mail, compose
from services.notifications.mail.letterheads import Letterheads
from services.notifications.mail.of_message import invitation_of
from services.notifications.mail.senders import Senders
from services.notifications.mail.server import MailRefused, RecipientRefused, ServerAway, ServerRests
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.messages.masking import as_sent
from services.notifications.messages.repository import Messages
from services.notifications.returned.process import ProcessReturnedMail
from services.notifications.returned.repository import ReturnedMails
from services.notifications.returned.tokens import BounceAddresses
from services.notifications.unsubscribing.unsubscribe import Unsubscribe
from services.notifications.wording.rendered_text import RenderedText, merge_texts, render

OWN_SERVER_REFUSED = "own server refused"


class DeliverByEmail:
    """Renders the mail, keeps to the limits and wishes of its recipient, hands it to the mail server in force."""

    def __init__(
        self,
        situations: Situations,
        messages: Messages,
        settling: Settling,
        throttle: Throttle,
        recipient_limit: RecipientLimit,
        limits: DayLimits,
        templates: TemplateRepository,
        letterheads: Letterheads,
        senders: Senders,
        bounces: BounceAddresses,
        returned: ReturnedMails,
        returns: ProcessReturnedMail,
        digests: StaffDigests,
        unsubscribe: Unsubscribe,
        public_url: str,
    ) -> None:
        self._situations = situations
        self._messages = messages
        self._settling = settling
        self._throttle = throttle
        self._recipient_limit = recipient_limit
        self._limits = limits
        self._templates = templates
        self._letterheads = letterheads
        self._senders = senders
        self._bounces = bounces
        self._returned = returned
        self._returns = returns
        self._digests = digests
        self._unsubscribe = unsubscribe
        self._public_url = public_url

    async def deliver(self, delivery: Delivery) -> None:
        """Raises: Conflict, GivenUp."""
        delivery = _by_platform_after_refusal(delivery)
        to = _mailbox(delivery)
        if await self._held_back(delivery, to):
            return
        rendered = await self._rendered(delivery)
        try:
            mail = await self._mail(delivery, rendered, to)
        except NoAddress as wrong:
            return await self._settling.try_next_channel(delivery.message, "email", "address", delivery.now, str(wrong))
        if await self._recipient_limit.postponed(delivery, "email", to):
            return
        waiting: list[tuple[Delivery, RenderedText]] = []
        if delivery.message.postponed:
            delivery = replace(delivery, message=await self._settling.claim(delivery.message, delivery.now))
            waiting = await self._waiting_for(delivery, to)
        if waiting:
            mail = await self._in_one_mail(delivery, [rendered, *(text for _, text in waiting)], to)

        async def settle() -> None:
            self._limits.note(delivery.scope.tenant, delivery.now)
            await self._settle(delivery, rendered)
            for other, text in waiting:
                await self._settle(other, text, told_in=delivery.message.id)

        await self._hand_over(delivery, mail, to, settle)

    async def _held_back(self, delivery: Delivery, to: str) -> bool:
        """Whether nothing is sent now: mails of the kind came back from the mailbox, or whoever works there wants it later or never."""
        scope, message, content, now = delivery.scope, delivery.message, delivery.situation.content, delivery.now
        if content.purpose == "needed":
            return False
        key = self._throttle.key(to)
        if await self._returned.suppressed(scope, content.kind, key):
            await self._settling.try_next_channel(message, "email", "suppressed", now)
            return True
        if content.purpose == "internal" and not message.postponed and to:
            preference, at = await self._digests.choice_for(scope, content, to, delivery.settings, now)
            if preference == "never":
                await self._settling.settle(message, "suppressed", "none", now)
                return True
            if at is not None:
                await self._settling.postpone(message, at, key, now)
                return True
        return False

    async def _rendered(self, delivery: Delivery) -> RenderedText:
        content, about = delivery.situation.content, delivery.situation.about
        stranger = may_be_stranger("email", content, about.contact, about.group)
        templates = await self._templates.get_in_force(delivery.scope)
        return render(content, about, self._public_url, templates, to_stranger=stranger)

    async def _mail(self, delivery: Delivery, rendered: RenderedText, to: str) -> Mail:
        """Raises: NoAddress."""
        scope, content, about = delivery.scope, delivery.situation.content, delivery.situation.about
        return compose(
            rendered,
            delivery.message.id,
            to,
            await self._letterheads.get(scope, delivery.settings),
            delivery.now,
            invitation_of(content, about, rendered.language, self._public_url),
            unsubscribe=self._unsubscribe.link(scope, about.contact.id, content.kind)
            if content.purpose == "optional"
            else "",
        )

    async def _in_one_mail(self, delivery: Delivery, texts: list[RenderedText], to: str) -> Mail:
        letterhead = await self._letterheads.get(delivery.scope, delivery.settings)
        return compose(merge_texts(texts), delivery.message.id, to, letterhead, delivery.now)

    async def _hand_over(self, delivery: Delivery, mail: Mail, to: str, settle: Callable[[], Awaitable[None]]) -> None:
        """Settled if the mail server takes it; else the message waits or goes another way."""
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

    async def _settle(self, delivery: Delivery, rendered: RenderedText, told_in: str | None = None) -> None:
        message = delivery.message
        handover = Handover(
            channel="email",
            as_sent=as_sent(rendered, delivery.situation.about.contact),
            template_version=rendered.version,
            told_in=told_in,
            bounce=self._bounces.reference(message.tenant, message.id) if self._bounces.domain else "",
        )
        await self._settling.sent(message, handover, delivery.now)

    async def _waiting_for(self, delivery: Delivery, to: str) -> list[tuple[Delivery, RenderedText]]:
        """Other messages that were held back for the same mailbox and may go out now."""
        scope, now, postponed = delivery.scope, delivery.now, []
        for message in await self._messages.list_postponed(scope, self._throttle.key(to), delivery.message.id):
            situation = await self._situations.get(scope, message, delivery.settings)
            if decide(situation, now) == Send("email"):
                try:
                    message = await self._settling.claim(message, now)
                except Conflict:
                    continue  # another worker is at it
                other = replace(delivery, message=message, situation=situation)
                postponed.append((other, await self._rendered(other)))
        return postponed


def _mailbox(delivery: Delivery) -> str:
    contact = delivery.situation.about.contact
    return (contact.new_email if delivery.situation.content.kind == NEW_ADDRESS else contact.email) or ""


def _by_platform_after_refusal(delivery: Delivery) -> Delivery:
    """As it was; by the platform's server, if the municipality's own refused this message."""
    if all(attempt.outcome != OWN_SERVER_REFUSED for attempt in delivery.message.attempts):
        return delivery
    return replace(delivery, settings=msgspec.structs.replace(delivery.settings, sender_state="failing"))
