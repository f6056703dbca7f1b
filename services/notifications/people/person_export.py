"""Exports what notifications holds about a person: how they are reached, and the messages to them."""

from __future__ import annotations

from typing import Any

import msgspec

from chassis.clock import rfc3339
from chassis.http.problems import not_found
from chassis.ids import same_code
from chassis.storage.tenancy import TenantScope
from services.notifications.facts.repository import Facts
from services.notifications.messages.documents import OutboundMessage
from services.notifications.messages.repository import Messages

BOOKKEEPING = frozenset(("_id", "codes", "erased"))
"""Fields of the contact that are left out; the codes are the person's own links, which they hold already."""
LEFT_OUT = frozenset(("_id", "tenant", "version", "seq", "outbox", "contact", "requests", "due_at"))


class PersonExport:
    """Use case of the export of personal data, for the person and for staff."""

    def __init__(self, facts: Facts, messages: Messages) -> None:
        self._facts = facts
        self._messages = messages

    async def is_holder(self, scope: TenantScope, id: str, code: str | None) -> bool:
        """Whether `code` is the code of the person's link. It is compared with the stored one, since only registration can derive codes."""
        contact = await self._facts.contact(scope, id)
        return contact is not None and not contact.erased and same_code(contact.codes.get("manage"), code)

    async def export(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """The contact and all messages of a person.

        Raises: Problem 404 nothing is held.
        """
        contact = await self._facts.contact(scope, id)
        if contact is None or contact.erased:
            raise not_found("person")
        messages = await self._messages.list_of_contact(scope, id)
        fields = msgspec.to_builtins(contact)
        return {
            "service": "notifications",
            "person_id": id,
            "contact": {name: value for name, value in fields.items() if name not in BOOKKEEPING},
            "messages": [_message(message) for message in messages],
        }


def _message(message: OutboundMessage) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: getattr(message, name)
        for name in message.__struct_fields__
        if name not in LEFT_OUT | {"id"} and getattr(message, name) not in (None, [], {}, False)
    }
    fields["attempts"] = [msgspec.structs.asdict(attempt) for attempt in message.attempts]
    if message.as_sent is not None:
        fields["as_sent"] = msgspec.structs.asdict(message.as_sent)
    return {"id": message.id, **{name: _plain(value) for name, value in fields.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return rfc3339(value) if hasattr(value, "astimezone") else value
