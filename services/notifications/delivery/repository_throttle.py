"""Counts the messages that each mailbox and telephone was sent: under a keyed hash for all tenants together, forgotten after a day.

This is the one collection whose keys do not lead with a tenant: who floods a mailbox may do so through several municipalities.
"""

from __future__ import annotations

from datetime import datetime

from pymongo import ASCENDING, IndexModel

from chassis.ids import Secrets
from chassis.storage.mongo import QUICK, Database, DuplicateKeyError
from chassis.text.mailboxes import mailbox
from services.notifications.domain.throttle import HOUR, IN_AN_HOUR, KEPT, Allowed, Postponed


class Throttle:
    """Counts before sending; a message that is tried again counts once."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._mailboxes = database["mailboxes"].with_options(write_concern=QUICK)
        self._secrets = secrets

    async def ensure_indexes(self) -> None:
        kept = int(KEPT.total_seconds())
        await self._mailboxes.create_indexes([IndexModel([("at", ASCENDING)], name="kept", expireAfterSeconds=kept)])

    def key(self, address: str) -> str:
        """Stands for a mailbox where its address may not be."""
        return self._secrets.derived_id("mailbox", mailbox(address))

    def telephone_key(self, number: str) -> str:
        """Stands for a telephone, by its number in E.164."""
        return self._secrets.derived_id("telephone", number)

    async def take(self, key: str, message: str, now: datetime) -> Allowed | Postponed:
        """Count one message to this mailbox or telephone, if it may have one more."""
        room = {"$or": [{f"sent.{IN_AN_HOUR - 1}": {"$exists": False}}, {"sent.0.at": {"$lte": now - HOUR}}]}
        counted = {
            "$push": {"sent": {"$each": [{"at": now, "message": message}], "$slice": -IN_AN_HOUR}},
            "$set": {"at": now},
        }
        uncounted = {"_id": key, "sent.message": {"$ne": message}, **room}
        for _ in range(2):
            try:
                await self._mailboxes.update_one(uncounted, counted, upsert=True)
            except DuplicateKeyError:
                # It counted this one before, or has no room, or another mail made it at this moment: then it has when asked again.
                if await self._mailboxes.find_one({"_id": key, "sent.message": message}, {"_id": 1}):
                    return Allowed()
                continue
            return Allowed()
        full = await self._mailboxes.find_one({"_id": key}, {"sent": 1})
        first = full["sent"][0]["at"] if full else now
        return Postponed(first + HOUR)
