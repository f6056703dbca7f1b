"""Repository of reminders to coordinators, and of who coordinates."""

from __future__ import annotations

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope


class StaffReminders:
    """Repository of reminders to coordinators that wait to be fanned out, and of who coordinates."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._aggregates = Aggregates(database, "reminders")
        self.collection = self._aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def mark_done(self, scope: TenantScope, id: str) -> None:
        await self.collection.update_one(scope.filter(_id=id), {"$unset": {"due_at": ""}})

    async def list_invited(self, scope: TenantScope) -> list[tuple[str, str | None]]:
        """(contact, keyed hash of the e-mail address) of everybody who was invited; the first coordinator has no key."""
        rows = await self._database["coordinators"].find(scope.filter()).to_list(None)
        return [(row["_id"], row.get("key")) for row in rows]

    async def find_roles(self, scope: TenantScope, key: str) -> list[str] | None:
        """The roles granted to a keyed e-mail address, or None where none ever was."""
        staff = await self._database["staff"].find_one(scope.filter(_id=f"{scope.tenant}:{key}"))
        return None if staff is None else list(staff["roles"])
