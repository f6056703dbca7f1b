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
    known_facts = await facts.load_for_messages(scope, messages)
    waiting = []
    for message in messages:
        contact, content = known_facts.contacts.get(message.contact), message.content
        if contact is not None:
            gathering = content.relevant_part(known_facts.gatherings.get(message.gathering or ""))
            group = known_facts.groups.get(message.contact)
            waiting.append(WaitingMessage(message, content, About(message.tenant, contact, gathering, group)))
    return waiting


async def load_relevant(
    facts: Facts, scope: TenantScope, messages: Iterable[OutboundMessage], now: datetime
) -> list[WaitingMessage]:
    """The messages that still matter, of people who are known and were not erased, in the same order."""
    return [
        waiting
        for waiting in await load_with_facts(facts, scope, messages)
        if not waiting.about.contact.erased
        and obsolete_status(waiting.content, waiting.about.gathering, waiting.about.group, now) is None
    ]
