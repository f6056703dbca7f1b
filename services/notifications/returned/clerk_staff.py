"""Use cases of the list of mails that came back, for clerks."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from chassis.clock import Clock, rfc3339
from chassis.http.problems import not_found
from chassis.storage.aggregates import Change
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from services.notifications.domain.facts import Contact
from services.notifications.facts.repository import Facts
from services.notifications.messages.changes import resend_change
from services.notifications.messages.documents import OutboundMessage
from services.notifications.messages.repository import Messages
from services.notifications.returned.documents import ReturnedMail
from services.notifications.returned.repository import ReturnedMails

Answer = Literal["right", "seen"]
"""`right`: the address is right after all, so mails go there again, this one too. `seen`: it stays as it is."""


class ReturnedList:
    """Use cases of returned mails, for coordinators and intake clerks."""

    def __init__(self, returned: ReturnedMails, messages: Messages, facts: Facts, clock: Clock) -> None:
        self._returned = returned
        self._messages = messages
        self._facts = facts
        self._clock = clock

    async def count(self, scope: TenantScope) -> int:
        return await self._returned.count(scope)

    async def list_newest(
        self, scope: TenantScope, before: str | None, limit: int, *, avoided: bool = False
    ) -> list[dict[str, Any]]:
        """Returned mails that nobody has dealt with yet, the newest first, with the name and address as they are known now; `avoided`:
        those that were seen, to whose mailboxes nothing optional goes."""
        mails = await self._returned.list_newest(scope, before, limit, avoided=avoided)
        messages = await self._messages.get_many(scope, [mail.id for mail in mails])
        contacts = (await self._facts.load_for_messages(scope, list(messages.values()))).contacts
        return [_as_json(mail, messages.get(mail.id), contacts.get(mail.contact)) for mail in mails]

    async def answer(self, scope: TenantScope, id: str, answer: Answer) -> dict[str, Any]:
        """Record a clerk's answer to a returned mail; repeating it changes nothing.

        Raises: Problem 404.
        """
        now = self._clock.now()

        def mark_seen(current: ReturnedMail) -> Decision[ReturnedMail]:
            suppressed = current.suppressed and answer != "right"
            return Decision(msgspec.structs.replace(current, seen_at=current.seen_at or now, suppressed=suppressed))

        if await self._returned.change(scope, id, mark_seen, now) is None:
            raise not_found("message")
        mail = await self._returned.get(scope, id)
        if answer == "right" and mail is not None and mail.mailbox:
            await self._returned.write_again(scope, mail.mailbox)

        def resend(message: OutboundMessage) -> Change | None:
            if "email" not in message.failed or message.status == "sent":
                return None
            return resend_change(message, [channel for channel in message.failed if channel != "email"], now)

        if answer == "right":
            await self._messages.execute(scope, id, resend, now)
        return {"id": id, "answer": answer}


def _as_json(mail: ReturnedMail, message: OutboundMessage | None, contact: Contact | None) -> dict[str, Any]:
    return {
        "id": mail.id,
        "kind": mail.kind,
        "reason": mail.reason,
        "code": mail.status or None,
        "at": rfc3339(mail.at),
        "name": contact.name if contact else "",
        "email": contact.email if contact else None,
        "phone": contact.phone if contact else None,
        "status": message.status if message else None,
        "excerpt": mail.excerpt or None,
    }
