"""Messages that staff are to pass on, with the facts they are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chassis.storage.tenancy import TenantScope
from services.notifications.domain.messages import About, Content
from services.notifications.domain.relevance import obsolete_status
from services.notifications.facts.repository import Facts
from services.notifications.messages.documents import OutboundMessage


@dataclass(frozen=True)
class WaitingMessage:
    """A message with the facts that its text is rendered from."""

    message: OutboundMessage
    content: Content
    about: About


async def load_with_facts(
    facts: Facts, scope: TenantScope, messages: Iterable[OutboundMessage]
) -> list[WaitingMessage]:
    """The messages whose recipients are known, in the same order, each with what is known of it."""
    messages = list(messages)
    known = await facts.load_for_messages(scope, messages)
    found = []
    for message in messages:
        contact, content = known.contacts.get(message.contact), message.content
        if contact is not None:
            gathering = content.relevant_part(known.gatherings.get(message.gathering or ""))
            group = known.groups.get(message.contact)
            found.append(WaitingMessage(message, content, About(message.tenant, contact, gathering, group)))
    return found


async def load_relevant(
    facts: Facts, scope: TenantScope, messages: Iterable[OutboundMessage], now: datetime
) -> list[WaitingMessage]:
    """The messages that still matter, of people who are known and were not erased, in the same order."""
    return [
        one
        for one in await load_with_facts(facts, scope, messages)
        if not one.about.contact.erased
        and obsolete_status(one.content, one.about.gathering, one.about.group, now) is None
    ]
