"""Counts the messages that each mailbox and telephone was sent: under a keyed hash for all tenants together, forgotten after a day.

This is the one collection whose keys do not lead with a tenant: who floods a mailbox may do so through several municipalities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING, IndexModel, UpdateOne

from chassis.ids import Secrets
from chassis.storage.group_commit import GroupCommit
from chassis.storage.mongo import DUPLICATE_KEY, QUICK, BulkWriteError, Database, Document, DuplicateKeyError
from chassis.text.mailboxes import mailbox
from services.notifications.domain.throttle import HOUR, IN_AN_HOUR, KEPT, Allowed, Postponed


@dataclass(frozen=True, slots=True)
class _Take:
    """One message that is to be counted."""

    key: str
    message: str
    now: datetime

    def uncounted(self) -> Document:
        """The filter for its mailbox or telephone, where that has not counted it yet and is below the limit."""
        room = {"$or": [{f"sent.{IN_AN_HOUR - 1}": {"$exists": False}}, {"sent.0.at": {"$lte": self.now - HOUR}}]}
        return {"_id": self.key, "sent.message": {"$ne": self.message}, **room}

    def counted(self) -> Document:
        """The update that counts it."""
        sent = {"$each": [{"at": self.now, "message": self.message}], "$slice": -IN_AN_HOUR}
        return {"$push": {"sent": sent}, "$set": {"at": self.now}}


class Throttle:
    """Counts messages to each recipient before they are sent; a message that is tried again counts once."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._mailboxes = database["mailboxes"].with_options(write_concern=QUICK)
        self._secrets = secrets
        self._takes: GroupCommit[_Take, Allowed | Postponed] = GroupCommit(self._take_together)

    async def ensure_indexes(self) -> None:
        kept = int(KEPT.total_seconds())
        await self._mailboxes.create_indexes([IndexModel([("at", ASCENDING)], name="kept", expireAfterSeconds=kept)])

    def key(self, address: str) -> str:
        """Keyed hash of a mailbox, used where its address may not be stored."""
        return self._secrets.derived_id("mailbox", mailbox(address))

    def telephone_key(self, number: str) -> str:
        """Keyed hash of a telephone number in E.164."""
        return self._secrets.derived_id("telephone", number)

    async def take(self, key: str, message: str, now: datetime) -> Allowed | Postponed:
        """Count one message to this mailbox or telephone, if it may have one more. What is sent at the same moment is counted together."""
        return await self._takes.submit(_Take(key, message, now))

    async def _take_together(self, takes: Sequence[_Take]) -> list[Allowed | Postponed]:
        """Count several messages in one operation, and one by one those that could not be counted so."""
        updates = [UpdateOne(one.uncounted(), one.counted(), upsert=True) for one in takes]
        uncounted: set[int] = set()
        try:
            await self._mailboxes.bulk_write(updates, ordered=False)
        except BulkWriteError as error:
            failed = error.details["writeErrors"]
            if any(one["code"] != DUPLICATE_KEY for one in failed):
                raise
            uncounted = {one["index"] for one in failed}
        return [await self._take_alone(one) if index in uncounted else Allowed() for index, one in enumerate(takes)]

    async def _take_alone(self, take: _Take) -> Allowed | Postponed:
        """Count one message by itself: its mailbox counted it before, is at the limit, or was created by another mail at this moment, which a
        second attempt finds."""
        stored = await self._mailboxes.find_one({"_id": take.key}, {"sent": 1})
        sent = stored["sent"] if stored else []
        if any(one["message"] == take.message for one in sent):
            return Allowed()
        try:
            await self._mailboxes.update_one(take.uncounted(), take.counted(), upsert=True)
        except DuplicateKeyError:
            return Postponed((sent[0]["at"] if sent else take.now) + HOUR)
        return Allowed()
