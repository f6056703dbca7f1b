"""Repository of mails that came back."""

from __future__ import annotations

from collections.abc import Sequence

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database
from chassis.storage.repository import Decision, Repository, older_than
from chassis.storage.tenancy import TenantScope
from services.notifications.returned.documents import ReturnedMail, merge_returned

COLLECTION = "returned_mails"


class ReturnedMails(Repository[ReturnedMail]):
    """Repository of mails that came back, one document for each message."""

    def __init__(self, database: Database) -> None:
        self.aggregates = Aggregates(database, COLLECTION)
        super().__init__(ReturnedMail, self.aggregates)
        self._rows = self.aggregates.collection

    async def ensure_indexes(self) -> None:
        await self.aggregates.ensure_indexes(
            [
                IndexModel(
                    [("tenant", ASCENDING), ("seen_at", ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)],
                    name="open",
                ),
                IndexModel(
                    [("tenant", ASCENDING), ("kind", ASCENDING), ("mailbox", ASCENDING)],
                    name="suppressed",
                    partialFilterExpression={"suppressed": True},
                ),
                IndexModel([("tenant", ASCENDING), ("contact", ASCENDING)], name="contact"),
            ]
        )

    async def record(self, scope: TenantScope, mail: ReturnedMail) -> None:
        """Store a returned mail, with what came back before for the same message; a clerk has to look at it."""
        await self.change_or_begin(scope, mail, lambda earlier: Decision(merge_returned(earlier, mail)), mail.at)

    async def list_newest(
        self, scope: TenantScope, before: str | None, limit: int, *, avoided: bool = False
    ) -> list[ReturnedMail]:
        """Returned mails that nobody has dealt with yet, the newest first, older than the one with the id `before`; `avoided`: those that
        a clerk has seen, to whose mailboxes nothing optional goes."""
        query = scope.filter(seen_at={"$ne": None}, suppressed=True) if avoided else scope.filter(seen_at=None)
        if before:
            newer = await self.get(scope, before)
            if newer is None:
                return []
            query |= older_than(newer.at, newer.id)
        return await self._find(query, (("at", -1), ("_id", -1)), limit)

    async def count(self, scope: TenantScope) -> int:
        """How many returned mails nobody has dealt with yet."""
        return int(await self._rows.count_documents(scope.filter(seen_at=None)))

    async def suppressed(self, scope: TenantScope, kind: str, mailbox: str) -> bool:
        """Whether mails of this kind to this mailbox came back for good."""
        query = scope.filter(kind=kind, mailbox=mailbox, suppressed=True)
        return await self._rows.find_one(query, {"_id": 1}) is not None

    async def write_again(self, scope: TenantScope, mailbox: str) -> None:
        """Send to a mailbox again whatever came back from it: nothing is held back from it any more."""
        change = {"$set": {"suppressed": False}, "$inc": {"version": 1}}
        await self._rows.update_many(scope.filter(mailbox=mailbox, suppressed=True), change)

    async def erase(self, scope: TenantScope, contacts: Sequence[str]) -> int:
        """Delete the returned mails of these contacts; returns how many there were."""
        return int((await self._rows.delete_many(scope.filter(contact={"$in": list(contacts)}))).deleted_count)
