"""Erases contacts: how people are reached, dead letters about them, and the content of their messages. That messages were sent stays."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.service_definition import ServiceContext
from chassis.storage.aggregates import Aggregates
from chassis.storage.erasure_receipts import people_of, receipt_for, write_receipt
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from contracts.contacts import TOPIC as CONTACTS
from contracts.notifications import ErasureReceipted
from services.notifications.erasure.repository import ErasedContacts
from services.notifications.inbox.repository import Inbox
from services.notifications.messages.repository import Messages
from services.notifications.returned.repository import ReturnedMails


@dataclass(frozen=True)
class Erasure:
    """Carries out the erasures that events asked for. Each step may be repeated."""

    context: ServiceContext
    contacts: ErasedContacts
    messages: Messages
    returned: ReturnedMails
    inbox: Inbox
    erasures: Aggregates

    async def carry_out(self, erasure: Document) -> None:
        """Erase the contacts that one event named, and publish a receipt."""
        scope, people = of_document(erasure), people_of(erasure)
        contacts, addresses = await self.contacts.find(scope, people)
        inbox_mails = await self.inbox.erase(scope, addresses)
        for person in people:
            await self.contacts.erase(scope, person)
        set_aside = 0
        if self.context.processor is not None:
            set_aside = await self.context.processor.erase(f"{CONTACTS}:{person}" for person in people)
        # Delivery decides again on their open messages, finds the contact erased and suppresses them.
        messages = await self.messages.reopen_for_erasure(scope, people, self.context.clock.now())
        returned_mails = await self.returned.erase(scope, people)
        removed = {
            "contacts": contacts,
            "events set aside": set_aside,
            "mails that came back": returned_mails,
            "mails to the inbox": inbox_mails,
        }
        event = ErasureReceipted(
            person_id=receipt_for(erasure),
            removed={kind: count for kind, count in removed.items() if count},
            remains=(f"{messages} messages: kind, time and outcome, without recipient and text",) if messages else (),
        )
        await write_receipt(self.erasures, erasure, event, self.context.clock)
