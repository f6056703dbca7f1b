"""Repository of contacts, as far as they are erased."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.storage.mongo import Database, DuplicateKeyError
from chassis.storage.tenancy import TenantScope

NEVER_AGAIN = 2**62
"""Sequence number of an erased contact: no event has a later one, so none brings the contact back."""


class ErasedContacts:
    """Replaces contacts with markers that they were erased."""

    def __init__(self, database: Database) -> None:
        self._contacts = database["contacts"]

    async def find(self, scope: TenantScope, people: Sequence[str]) -> tuple[int, list[str]]:
        """How many contacts of these people there are to erase, and their e-mail addresses."""
        cursor = self._contacts.find(scope.filter(_id={"$in": list(people)}), {"email": 1, "unknown": 1})
        contacts = await cursor.to_list(None)
        to_erase = sum(contact.get("unknown") is None for contact in contacts)
        return to_erase, [contact["email"] for contact in contacts if contact.get("email")]

    async def erase(self, scope: TenantScope, person: str) -> None:
        """Replace a contact with a marker that keeps events from storing it again; `unknown` where there was nothing to remove."""
        marker = {"tenant": scope.tenant, "erased": True, "seq": NEVER_AGAIN}
        replaced = await self._contacts.replace_one(scope.filter(_id=person, unknown=None), marker)
        if replaced.matched_count:
            return
        try:
            await self._contacts.replace_one(scope.filter(_id=person), {**marker, "unknown": True}, upsert=True)
        except DuplicateKeyError:
            return  # a contact of another municipality: not ours to erase
