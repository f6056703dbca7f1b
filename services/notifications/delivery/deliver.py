"""Delivering due messages: what is known is put together, decided on, and carried out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec

from chassis.clock import Clock
from chassis.ids import Secrets
from chassis.storage.aggregates import Conflict
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.notifications.delivery.repository_day_limits import DayLimits
from services.notifications.delivery.repository_throttle import Throttle
from services.notifications.delivery.settle import Settling
from services.notifications.digests.digests import StaffDigests
from services.notifications.domain.addresses import NoAddress
from services.notifications.domain.delivery import (
    CANCELLED_IN_A_CALL,
    LookAgain,
    Send,
    Settle,
    Situation,
    decide,
    pause_after,
)
from services.notifications.domain.facts import Contact
from services.notifications.domain.messages import NEW_ADDRESS, Content
from services.notifications.domain.messages.participants import GatheringThanks
from services.notifications.domain.messages.respondents import RespondentHandedOn, RespondentInvited
from services.notifications.domain.messages.staff import NamesMunicipality
from services.notifications.domain.throttle import Postponed, confirmed, strange
from services.notifications.facts.repository import Facts
from services.notifications.feedback.feedback import GatheringFeedback
from services.notifications.mail.compose import compose
from services.notifications.mail.letterheads import Letterheads
from services.notifications.mail.of_message import invitation_of
from services.notifications.mail.senders import Senders
from services.notifications.mail.server import GivenUp, MailRefused, ServerAway, ServerRests
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.messages.documents import BY_HAND, OutboundMessage
from services.notifications.messages.masking import as_sent
from services.notifications.messages.repository import Messages, read
from services.notifications.reminders.stale_handwork import StaleHandwork
from services.notifications.returned.repository import ReturnedMails
from services.notifications.returned.take import TakeReturns
from services.notifications.returned.tokens import BounceAddresses
from services.notifications.settings.documents import TenantSettings
from services.notifications.settings.repository import SettingsRepository
from services.notifications.sms.gateway import may_be_texted
from services.notifications.sms.gateways import Gateways
from services.notifications.sms.texting import Texting
from services.notifications.unsubscribing.unsubscribe import Unsubscribe, Unsubscribed
from services.notifications.wording.rendered_text import RenderedText, render, together

STOPPED_AGAIN = timedelta(minutes=1)
"""How often it is looked whether a municipality that sends nothing for now sends again."""


class Deliver:
    """Carries out what is decided on a due message."""

    def __init__(
        self,
        messages: Messages,
        facts: Facts,
        settling: Settling,
        throttle: Throttle,
        senders: Senders,
        gateways: Gateways,
        texting: Texting,
        sms_countries: frozenset[str],
        settings: SettingsRepository,
        letterheads: Letterheads,
        templates: TemplateRepository,
        stale_handwork: StaleHandwork,
        unsubscribed: Unsubscribed,
        unsubscribe: Unsubscribe,
        limits: DayLimits,
        bounces: BounceAddresses,
        returned: ReturnedMails,
        returns: TakeReturns,
        digests: StaffDigests,
        feedback: GatheringFeedback,
        secrets: Secrets,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._messages = messages
        self._facts = facts
        self._settling = settling
        self._throttle = throttle
        self._senders = senders
        self._gateways = gateways
        self._texting = texting
        self._sms_countries = sms_countries
        self._settings = settings
        self._letterheads = letterheads
        self._templates = templates
        self._stale_handwork = stale_handwork
        self._unsubscribed = unsubscribed
        self._unsubscribe = unsubscribe
        self._limits = limits
        self._bounces = bounces
        self._returned = returned
        self._returns = returns
        self._digests = digests
        self._feedback = feedback
        self._secrets = secrets
        self._clock = clock
        self._public_url = public_url

    async def wait(self, message: OutboundMessage, until: datetime, now: datetime) -> None:
        """It waits for an earlier one to the same recipient."""
        with suppress(Conflict):  # it changed, and is looked at again
            await self._settling.look_again(message, max(until, now), now)

    async def carry_out(self, document: Document, still_ours: Callable[[], bool]) -> None:
        """Settle one message, or move its due time; what waits to be handed on is taken back when it no longer matters.

        `still_ours` is asked right before the last step: whether no other worker may have taken the message over. One that changed
        meanwhile, or is not ours any more, is left as it is.
        """
        with suppress(Conflict, GivenUp):
            await self._carry_out(of_document(document), read(document), still_ours)

    async def _carry_out(self, scope: TenantScope, message: OutboundMessage, still_ours: Callable[[], bool]) -> None:
        now = self._clock.now()
        settings = await self._settings.of(scope)
        if settings.stopped and not message.waits_by_hand:
            return await self._settling.look_again(message, now + STOPPED_AGAIN, now)
        situation = await self._situation(scope, message, settings)
        decision = decide(situation, now)
        if decision == Send("sms") and situation.content.now and self._limits.opens(scope.tenant, now, "texts"):
            decision = decide(dataclasses.replace(situation, takes_text=False), now)
        if isinstance(decision, Send) and not situation.content.now:
            opens = self._limits.opens(scope.tenant, now)
            if decision.channel == "sms":
                opens = opens or self._limits.opens(scope.tenant, now, "texts")
            if opens is not None:
                return await self._settling.look_again(message, opens, now)
        match decision:
            case Settle(status, channel, call_after):
                call = self._call(situation) if status == "to_call" else None
                if call is not None and call_after is not None:
                    call["call_after"] = call_after
                await self._settling.settle(message, status, channel, now, call=call)
                if status in BY_HAND:
                    await self._stale_handwork.watch(scope)
            case LookAgain(at):
                await self._settling.look_again(message, at, now)
            case Send() if await self._unwanted(scope, situation):
                await self._settling.settle(message, "suppressed", "none", now)
            case Send("email"):
                await self._mail(scope, message, situation, settings, now, still_ours)
            case Send():
                await self._text(scope, message, situation, settings, now, still_ours)

    async def _unwanted(self, scope: TenantScope, situation: Situation) -> bool:
        """Whether whom it goes to unsubscribed from what one may do without, by whatever way it would go."""
        content, contact = situation.content, situation.about.contact
        optional = content.purpose == "optional" and bool(contact.email)
        return optional and await self._unsubscribed.holds(scope, content.kind, contact.email or "")

    async def _situation(self, scope: TenantScope, message: OutboundMessage, settings: TenantSettings) -> Situation:
        """What a decision on the message depends on."""
        known = await self._facts.about_one(scope, message)
        contact = known.contacts.get(message.contact)
        content, named = await self._content(scope, message)
        return Situation(
            tenant=message.tenant,
            content=content,
            at=message.at,
            failed=message.failed,
            waits_by_hand=message.waits_by_hand,
            contact=contact,
            gathering_expected=message.gathering is not None,
            gathering=content.narrowed(known.gatherings.get(message.gathering or "")),
            group=known.groups.get(message.contact),
            not_before=message.not_before,
            not_after=message.not_after,
            over=bool(message.assessment) and await self._facts.assessment_over(scope, message),
            said_no=message.kind == "cancelled"
            and await self._messages.said_in_a_call(scope, message.contact, CANCELLED_IN_A_CALL),
            municipality_known=named,
            takes_text=self._gateways.of(scope, settings) is not None
            and contact is not None
            and may_be_texted(contact.phone_e164, self._sms_countries),
            calls_reminders=settings.calls_reminders,
            windows=settings.windows,
        )

    def _call(self, situation: Situation) -> Document:
        """What the call list is sorted and filtered by; the number as a keyed hash, so that it leaves with the contact."""
        contact = situation.about.contact
        number = contact.phone_e164 or "".join(sign for sign in contact.phone or "" if sign.isdigit())
        return {"number": self._secrets.derived_id("number", number), "language": contact.language}

    async def _content(self, scope: TenantScope, message: OutboundMessage) -> tuple[Content, bool]:
        """What the message says with what is known only now, and whether the municipality that it names is known."""
        content = message.content
        if isinstance(content, RespondentInvited | RespondentHandedOn) and message.assessment:
            deadline = await self._facts.deadline(scope, message.assessment)
            return msgspec.structs.replace(content, until=deadline), True
        if isinstance(content, GatheringThanks) and message.gathering:
            return msgspec.structs.replace(content, feedback=self._feedback.ticket(scope, message.gathering)), True
        if isinstance(content, NamesMunicipality):
            name = await self._facts.municipality(scope)  # its own events come under another ordering key
            return msgspec.structs.replace(content, municipality=name or {}), name is not None
        return content, True

    async def _mail(
        self,
        scope: TenantScope,
        message: OutboundMessage,
        situation: Situation,
        settings: TenantSettings,
        now: datetime,
        still_ours: Callable[[], bool],
    ) -> None:
        about, content = situation.about, situation.content
        contact = about.contact
        to = (contact.new_email if content.kind == NEW_ADDRESS else contact.email) or ""
        optional = content.purpose == "optional"
        if content.purpose != "needed" and await self._returned.suppressed(scope, content.kind, self._throttle.key(to)):
            return await self._settling.another_way(message, "email", "suppressed", now)
        if content.purpose == "internal" and not message.postponed and to:
            wanted, at = await self._digests.wish(scope, content, to, settings, now)
            if wanted == "never":
                return await self._settling.settle(message, "suppressed", "none", now)
            if at is not None:
                return await self._settling.postpone(message, at, self._throttle.key(to), now)
        stranger = strange("email", content, contact, about.group)
        templates = await self._templates.of(scope)
        rendered = render(content, about, self._public_url, templates, to_stranger=stranger)
        letterhead = await self._letterheads.of(scope, settings)
        try:
            mail = compose(
                rendered,
                message.id,
                to,
                letterhead,
                now,
                invitation_of(content, about, rendered.language, self._public_url),
                unsubscribe=self._unsubscribe.link(scope, contact.id, content.kind) if optional else "",
            )
        except NoAddress as wrong:
            return await self._settling.another_way(message, "email", "address", now, str(wrong))
        if not confirmed("email", contact, about.group):
            key = self._throttle.key(to)
            allowed = await self._throttle.take(key, message.id, now)
            if isinstance(allowed, Postponed):
                return await self._settling.postpone(message, allowed.until, key, now)
        others: list[tuple[OutboundMessage, Situation, RenderedText]] = []
        if message.postponed:
            message = await self._settling.claim(message, now)
            others = await self._waiting_for(scope, self._throttle.key(to), message, settings, now)
        if others:
            mail = compose(together([rendered, *(one for _, _, one in others)]), message.id, to, letterhead, now)
        try:
            bounces_to = self._bounces.of(scope.tenant, message.id)
            await self._senders.send(scope, settings, mail, now, still_ours, bounces_to)
        except ServerRests as rests:
            return await self._settling.wait_for_server(message, now + timedelta(seconds=rests.seconds), now)
        except ServerAway as away:
            pause = pause_after(len(message.attempts) + 1)
            return await self._settling.try_later(message, "email", away.reason, pause, now)
        except MailRefused as refused:
            await self._settling.another_way(message, "email", "refused", now, refused.reason)
            return await self._returns.refused(message, to, refused.reason, now)
        self._limits.note(scope.tenant, now)
        await self._sent(message, rendered, contact, now)
        for other, about_it, words in others:
            await self._sent(other, words, about_it.about.contact, now, told_in=message.id)

    async def _sent(
        self,
        message: OutboundMessage,
        rendered: RenderedText,
        contact: Contact,
        now: datetime,
        told_in: str | None = None,
    ) -> None:
        shown = as_sent(rendered, contact)
        bounce = self._bounces.reference(message.tenant, message.id) if self._bounces.domain else ""
        await self._settling.sent(message, "email", now, shown, rendered.version, told_in, bounce)

    async def _waiting_for(
        self, scope: TenantScope, mailbox: str, message: OutboundMessage, settings: TenantSettings, now: datetime
    ) -> list[tuple[OutboundMessage, Situation, RenderedText]]:
        """Other messages that were held back for the same mailbox and may go out now, to be told in one mail."""
        found, templates = [], await self._templates.of(scope)
        for other in await self._messages.postponed(scope, mailbox, message.id):
            situation = await self._situation(scope, other, settings)
            if decide(situation, now) == Send("email"):
                try:
                    other = await self._settling.claim(other, now)
                except Conflict:
                    continue  # another worker is at it
                stranger = strange("email", situation.content, situation.about.contact, situation.group)
                words = render(situation.content, situation.about, self._public_url, templates, to_stranger=stranger)
                found.append((other, situation, words))
        return found

    async def _text(
        self,
        scope: TenantScope,
        message: OutboundMessage,
        situation: Situation,
        settings: TenantSettings,
        now: datetime,
        still_ours: Callable[[], bool],
    ) -> None:
        gateway = self._gateways.of(scope, settings)
        assert gateway is not None
        about = situation.about
        stranger = strange("phone", situation.content, about.contact, about.group)
        templates = await self._templates.of(scope)
        rendered = render(situation.content, about, self._public_url, templates, way="sms", to_stranger=stranger)
        if not confirmed("phone", about.contact, about.group):
            key = self._throttle.telephone_key(about.contact.phone_e164 or "")
            allowed = await self._throttle.take(key, message.id, now)
            if isinstance(allowed, Postponed):
                return await self._settling.postpone(message, allowed.until, key, now)
        if not still_ours():
            raise GivenUp
        await self._texting.send(scope, gateway, message, about.contact, rendered, now)
