"""Repository of the inbox."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database
from chassis.storage.repository import Repository, older_than
from chassis.storage.tenancy import TenantScope
from services.notifications.inbox.documents import InboxMail, MailState

NEWEST = (("at", -1), ("_id", -1))


class Inbox(Repository[InboxMail]):
    """Stores mails from people, one document each; a TTL index deletes them at `keep_until`."""

    def __init__(self, database: Database) -> None:
        self._all = Aggregates(database, "inbox")
        super().__init__(InboxMail, self._all)

    async def ensure_indexes(self) -> None:
        by_state = [("tenant", ASCENDING), ("state", ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)]
        kept = IndexModel([("keep_until", ASCENDING)], name="kept", expireAfterSeconds=0)
        by_sender = IndexModel([("tenant", ASCENDING), ("sender", ASCENDING)], name="sender")
        await self._all.ensure_indexes([IndexModel(by_state, name="state"), kept, by_sender])

    async def list_newest(
        self, scope: TenantScope, states: Collection[MailState], before: str | None, limit: int
    ) -> list[InboxMail]:
        """Mails in these states, the newest first, older than the one with the id `before`."""
        query = scope.filter(state={"$in": list(states)})
        if before:
            newer = await self.get(scope, before)
            if newer is None:
                return []
            query |= older_than(newer.at, newer.id)
        return await self._find(query, NEWEST, limit)

    async def count(self, scope: TenantScope, state: str) -> int:
        return int(await self._all.collection.count_documents(scope.filter(state=state)))

    async def erase(self, scope: TenantScope, addresses: Iterable[str]) -> int:
        """Delete the mails from these addresses; returns how many there were."""
        from_senders = scope.filter(sender={"$in": sorted({address.lower() for address in addresses})})
        return int((await self._all.collection.delete_many(from_senders)).deleted_count)

    async def remove(self, scope: TenantScope, id: str) -> bool:
        """Delete a mail; returns whether there was one."""
        return bool((await self._all.collection.delete_one(scope.filter(_id=id))).deleted_count)
