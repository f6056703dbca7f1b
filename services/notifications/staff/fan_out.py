"""Fans messages to the coordinators of a municipality out: one for each of them."""

from __future__ import annotations

from chassis.ids import Secrets
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.notifications.facts.repository import Facts
from services.notifications.messages.enqueue import new_message
from services.notifications.messages.repository import Messages
from services.notifications.staff.repository import StaffReminders


class CoordinatorFanOut:
    """Enqueues a message for each coordinator; repeating it adds none."""

    def __init__(self, reminders: StaffReminders, messages: Messages, facts: Facts, secrets: Secrets) -> None:
        self._reminders = reminders
        self._messages = messages
        self._facts = facts
        self._secrets = secrets

    async def carry_out(self, document: Document) -> None:
        """Fan one reminder out. For a coordinator who was erased meanwhile, delivery suppresses the message."""
        scope, id, at = of_document(document), document["_id"], document["at"]
        about = {"gathering": document["gathering"]} if "gathering" in document else {}
        new_messages = {
            f"{id}-{contact}": new_message(
                document["kind"], contact, at, tenant=scope.tenant, due_at=at, told=document["told"], **about
            )
            for contact in await self.list_coordinators(scope)
        }
        await self._messages.insert_if_absent(new_messages)
        await self._reminders.mark_done(scope, id)

    async def list_coordinators(self, scope: TenantScope) -> list[str]:
        """The contacts of everybody who has the role of coordinator now."""
        return [
            contact_id
            for contact_id, key in await self._reminders.list_invited(scope)
            if await self._is_coordinator(scope, contact_id, key)
        ]

    async def _is_coordinator(self, scope: TenantScope, contact_id: str, key: str | None) -> bool:
        if key is not None:
            roles = await self._reminders.find_roles(scope, key)
            return roles is not None and "coordinator" in roles
        # The first coordinator came with the admission, under no key: their address says which one is theirs.
        contact = await self._facts.contact(scope, contact_id)
        if contact is None or not contact.email:
            return True
        roles = await self._reminders.find_roles(scope, self._secrets.email_key(contact.email))
        return roles is None or "coordinator" in roles
