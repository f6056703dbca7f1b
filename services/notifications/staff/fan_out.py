"""Fans a message to a municipality's coordinators out: one for each of them."""

from __future__ import annotations

from chassis.ids import Secrets
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope, of_document
from services.notifications.facts.repository import Facts
from services.notifications.messages.enqueue import new_message
from services.notifications.messages.repository import Messages


class StaffReminders:
    """Reminders to coordinators that wait to be fanned out."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._aggregates = Aggregates(database, "reminders")
        self.collection = self._aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def done(self, scope: TenantScope, id: str) -> None:
        await self.collection.update_one(scope.filter(_id=id), {"$unset": {"due_at": ""}})

    async def invited(self, scope: TenantScope) -> list[tuple[str, str | None]]:
        """(contact, key of the e-mail address) of everybody who was invited; the first coordinator has no key."""
        rows = await self._database["coordinators"].find(scope.filter()).to_list(None)
        return [(row["_id"], row.get("key")) for row in rows]

    async def roles(self, scope: TenantScope, key: str) -> list[str] | None:
        """The roles that belong to a key, or None where none was ever granted to it."""
        staff = await self._database["staff"].find_one(scope.filter(_id=f"{scope.tenant}:{key}"))
        return None if staff is None else list(staff["roles"])


class CoordinatorFanOut:
    """Enqueues a message for each coordinator; repeating it adds none."""

    def __init__(self, reminders: StaffReminders, messages: Messages, facts: Facts, secrets: Secrets) -> None:
        self._reminders = reminders
        self._messages = messages
        self._facts = facts
        self._secrets = secrets

    async def carry_out(self, document: Document) -> None:
        """Whose contact was erased meanwhile gets nothing: their message is suppressed."""
        scope, id, at = of_document(document), document["_id"], document["at"]
        more = {"gathering": document["gathering"]} if "gathering" in document else {}
        new_messages = {
            f"{id}-{contact}": new_message(
                document["kind"], contact, at, tenant=scope.tenant, due_at=at, told=document["told"], **more
            )
            for contact in await self.coordinators(scope)
        }
        await self._messages.insert_if_absent(new_messages)
        await self._reminders.done(scope, id)

    async def coordinators(self, scope: TenantScope) -> list[str]:
        """The contacts of those who coordinate now."""
        found = []
        for contact, key in await self._reminders.invited(scope):
            if await self._coordinates(scope, contact, key):
                found.append(contact)
        return found

    async def _coordinates(self, scope: TenantScope, contact: str, key: str | None) -> bool:
        if key is not None:
            roles = await self._reminders.roles(scope, key)
            return roles is not None and "coordinator" in roles
        # The first coordinator came with the admission, under no key: their address says which one is theirs.
        known = await self._facts.contact(scope, contact)
        roles = (
            await self._reminders.roles(scope, self._secrets.email_key(known.email)) if known and known.email else None
        )
        return roles is None or "coordinator" in roles
