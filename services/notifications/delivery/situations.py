"""Reads everything that a decision on a due message depends on."""

from __future__ import annotations

import msgspec

from chassis.storage.tenancy import TenantScope
from services.notifications.domain.delivery import CANCELLED_CALL_OUTCOME, Situation
from services.notifications.domain.messages import Content
from services.notifications.domain.messages.participants import GatheringThanks
from services.notifications.domain.messages.respondents import RespondentHandedOn, RespondentInvited
from services.notifications.domain.messages.staff import MunicipalityMessage
from services.notifications.facts.repository import Facts
from services.notifications.feedback.feedback import GatheringFeedback
from services.notifications.messages.documents import OutboundMessage
from services.notifications.messages.repository import Messages
from services.notifications.settings.documents import TenantSettings
from services.notifications.sms.gateway import may_be_texted
from services.notifications.sms.gateways import Gateways


class Situations:
    """Reads what is known of a message, its recipient and its gathering."""

    def __init__(
        self,
        messages: Messages,
        facts: Facts,
        feedback: GatheringFeedback,
        gateways: Gateways,
        sms_countries: frozenset[str],
    ) -> None:
        self._messages = messages
        self._facts = facts
        self._feedback = feedback
        self._gateways = gateways
        self._sms_countries = sms_countries

    async def get(self, scope: TenantScope, message: OutboundMessage, settings: TenantSettings) -> Situation:
        """Read the situation of a message at this moment."""
        facts = await self._facts.load_for_message(scope, message)
        contact = facts.contacts.get(message.contact)
        content, municipality_known = await self._content(scope, message)
        return Situation(
            tenant=message.tenant,
            content=content,
            at=message.at,
            failed=message.failed,
            waits_by_hand=message.waits_by_hand,
            contact=contact,
            gathering_expected=message.gathering is not None,
            gathering=content.relevant_part(facts.gatherings.get(message.gathering or "")),
            group=facts.groups.get(message.contact),
            not_before=message.not_before,
            not_after=message.not_after,
            assessment_over=bool(message.assessment) and await self._facts.is_assessment_over(scope, message),
            cancelled_in_call=message.kind == "cancelled"
            and await self._messages.has_call_outcome(scope, message.contact, CANCELLED_CALL_OUTCOME),
            municipality_known=municipality_known,
            takes_text=self._gateways.get(scope, settings) is not None
            and contact is not None
            and may_be_texted(contact.phone_e164, self._sms_countries),
            calls_reminders=settings.calls_reminders,
            windows=settings.windows,
        )

    async def _content(self, scope: TenantScope, message: OutboundMessage) -> tuple[Content, bool]:
        """What the message says with what is known only now, and whether the municipality that it names is known."""
        content = message.content
        if isinstance(content, RespondentInvited | RespondentHandedOn) and message.assessment:
            deadline = await self._facts.deadline(scope, message.assessment)
            return msgspec.structs.replace(content, until=deadline), True
        if isinstance(content, GatheringThanks) and message.gathering:
            return msgspec.structs.replace(content, feedback=self._feedback.new_ticket(scope, message.gathering)), True
        if isinstance(content, MunicipalityMessage):
            name = await self._facts.municipality_name(scope)  # its own events come under another ordering key
            return msgspec.structs.replace(content, municipality=name or {}), name is not None
        return content, True
