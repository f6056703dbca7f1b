"""Erases contacts: how people are reached, dead letters about them, and the content of their messages. That messages were sent stays."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.service import ServiceContext
from chassis.storage.aggregates import Aggregates
from chassis.storage.erasure_receipts import people_of, receipt, receipt_for
from chassis.storage.mongo import Document, DuplicateKeyError
from chassis.storage.tenancy import TenantScope, of_document
from contracts.contacts import TOPIC as CONTACTS
from contracts.notifications import ErasureReceipted
from services.notifications.inbox.repository import Inbox
from services.notifications.messages.repository import Messages
from services.notifications.returned.repository import ReturnedMails

NEVER_AGAIN = 2**62
"""Sequence number of an erased contact: no event has a later one, so none brings the contact back."""


@dataclass(frozen=True)
class Erasure:
    """Carries out the erasures that events asked for. Each step may be repeated."""

    context: ServiceContext
    messages: Messages
    returned: ReturnedMails
    inbox: Inbox
    erasures: Aggregates

    async def carry_out(self, erasure: Document) -> None:
        """Erase contacts for good, with a receipt."""
        scope, people = of_document(erasure), people_of(erasure)
        rows = self.context.database["contacts"].find(scope.filter(_id={"$in": people}), {"email": 1, "unknown": 1})
        reached = await rows.to_list(None)
        known = sum(one.get("unknown") is None for one in reached)
        written = await self.inbox.erase(scope, [one["email"] for one in reached if one.get("email")])
        for person in people:
            await self._erase(scope, person)
        aside = 0
        if self.context.processor is not None:
            aside = await self.context.processor.erase(f"{CONTACTS}:{person}" for person in people)
        # Nobody is to be written to or called any more: delivery looks at these again, meets the erased contact and suppresses them.
        sent = await self.messages.reopen_for_erasure(scope, people, self.context.clock.now())
        returned = await self.returned.erase(scope, people)
        removed = {
            "contacts": known,
            "events set aside": aside,
            "mails that came back": returned,
            "mails to the inbox": written,
        }
        event = ErasureReceipted(
            person_id=receipt_for(erasure),
            removed={kind: count for kind, count in removed.items() if count},
            remains=(f"{sent} messages: kind, time and outcome, without recipient and text",) if sent else (),
        )
        await receipt(self.erasures, erasure, event, self.context.clock)

    async def _erase(self, scope: TenantScope, person: str) -> None:
        """Replace a contact with a marker that keeps events from storing it again; `unknown` where there was nothing to remove."""
        contacts = self.context.database["contacts"]
        gone = {"tenant": scope.tenant, "erased": True, "seq": NEVER_AGAIN}
        replaced = await contacts.replace_one(scope.filter(_id=person, unknown=None), gone)
        if replaced.matched_count:
            return
        try:
            await contacts.replace_one(scope.filter(_id=person), {**gone, "unknown": True}, upsert=True)
        except DuplicateKeyError:
            return  # a contact of another municipality: not ours to forget
