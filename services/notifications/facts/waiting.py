"""Messages that people are to hand on and that still matter, with what they are about."""

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
class Waiting:
    """A message that waits, with what is known of it."""

    message: OutboundMessage
    content: Content
    about: About


async def without_outdated(
    facts: Facts, scope: TenantScope, messages: Iterable[OutboundMessage], now: datetime
) -> list[Waiting]:
    """The messages that still matter, of people who are known, in the same order."""
    messages = list(messages)
    known = await facts.load(scope, messages)
    found = []
    for message in messages:
        contact, content = known.contacts.get(message.contact), message.content
        gathering = content.relevant_part(known.gatherings.get(message.gathering or ""))
        group = known.groups.get(message.contact)
        if contact is not None and not contact.erased and obsolete_status(content, gathering, group, now) is None:
            found.append(Waiting(message, content, About(message.tenant, contact, gathering, group)))
    return found
