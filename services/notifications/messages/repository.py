"""Repository of outbound messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.documents import from_stored
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Database, Document
from chassis.storage.repository import older_than
from chassis.storage.tenancy import TenantScope, of_document
from services.notifications.messages.documents import OPEN, OutboundMessage, Status

COLLECTION = "intents"
RETRYING = "retrying"
"""Field that marks a message whose last attempt failed and will be repeated."""
CALLED: Document = {"attempts.channel": "call"}
LINGER = 0.01
"""Seconds for which a commit waits for others to be written with it: one write for each mail costs more than the mail itself."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TOGETHER = 50
"""Most messages that are put into one mail."""
NEWEST = [("tenant", ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)]


def read_message(document: Document) -> OutboundMessage:
    """The typed message of a stored document."""
    return from_stored(OutboundMessage, document)


def scope_of_message(message: OutboundMessage) -> TenantScope:
    """The tenant scope of a message that was found across tenants, such as by its due time."""
    return of_document({"tenant": message.tenant})


class Messages:
    """Repository of the outbound messages of all tenants."""

    def __init__(self, database: Database, wake_relay: Callable[[], None]) -> None:
        self._database = database
        self._aggregates = Aggregates(database, COLLECTION, wake_relay, linger=LINGER)
        self.collection = self._aggregates.collection

    async def ensure_indexes(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        by = ASCENDING
        await self._aggregates.ensure_indexes(
            [
                IndexModel([("tenant", by), ("status", by), ("_id", by)], name="status"),
                IndexModel([("tenant", by), ("_id", by)], name="by_id"),
                IndexModel([("tenant", by), ("kind", by), ("_id", by)], name="kind"),
                IndexModel(NEWEST, name="newest"),
                IndexModel([("tenant", by), ("status", by), *NEWEST[1:]], name="newest_of_status"),
                IndexModel([("tenant", by), ("kind", by), *NEWEST[1:]], name="newest_of_kind"),
                IndexModel(
                    [("tenant", by), ("mailbox", by)],
                    name="postponed",
                    partialFilterExpression={"mailbox": {"$exists": True}},
                ),
                IndexModel([("at", by)], name="unsent", partialFilterExpression={RETRYING: {"$exists": True}}),
                IndexModel(
                    [("tenant", by), ("text.id", by)],
                    name="text",
                    partialFilterExpression={"text.id": {"$exists": True}},
                ),
                IndexModel([("tenant", by), ("contact", by)], name="contact"),
                IndexModel([("bounce", by)], name="bounce", partialFilterExpression={"bounce": {"$exists": True}}),
                IndexModel(
                    [("tenant", by), ("told_in", by)],
                    name="told_in",
                    partialFilterExpression={"told_in": {"$exists": True}},
                ),
                IndexModel([("tenant", by), ("gathering", by), ("kind", by)], name="gathering"),
                IndexModel(
                    [("tenant", by), ("gathering", by), ("_id", by)],
                    name="of_gathering",
                    partialFilterExpression={"gathering": {"$exists": True}},
                ),
                IndexModel([("tenant", by), ("status", by), ("called_at", by), ("at", by)], name="by_hand"),
                IndexModel([("tenant", by), ("settled_at", DESCENDING)], name="called", partialFilterExpression=CALLED),
            ]
        )

    async def load(self, scope: TenantScope, id: str) -> OutboundMessage | None:
        document = await self._aggregates.load(scope, id)
        return None if document is None else read_message(document)

    async def list_page(
        self, scope: TenantScope, conditions: Mapping[str, Any], after: str | None, limit: int
    ) -> list[OutboundMessage]:
        """Messages by id, after the one with the id `after`."""
        condition = scope.filter(**conditions, **({"_id": {"$gt": after}} if after else {}))
        documents = await self.collection.find(condition, {"outbox": 0}).sort("_id", 1).limit(limit).to_list(None)
        return [read_message(one) for one in documents]

    async def list_newest(
        self, scope: TenantScope, limit: int, conditions: Mapping[str, Any] | None = None, before: str | None = None
    ) -> list[OutboundMessage]:
        """Messages, the newest first, older than the one with the id `before`."""
        condition = scope.filter(**(conditions or {}))
        if before:
            last_shown = await self.load(scope, before)
            if last_shown is None:
                return []
            condition |= older_than(last_shown.at, last_shown.id)
        documents = await self.collection.find(condition, {"outbox": 0}).sort(NEWEST[1:]).limit(limit).to_list(None)
        return [read_message(one) for one in documents]

    async def count_by_status(self, scope: TenantScope, gathering: str) -> list[Document]:
        """Counts the messages about a gathering by kind and status: `{_id: {kind, status, delivery}, number, newest}`."""
        pipeline: list[Document] = [
            {"$match": scope.filter(gathering=gathering)},
            {
                "$group": {
                    "_id": {"kind": "$kind", "status": "$status", "delivery": "$delivery"},
                    "number": {"$sum": 1},
                    "newest": {"$max": "$at"},
                }
            },
        ]
        return await self._database.aggregate(COLLECTION, pipeline)

    async def list_uninformed(self, scope: TenantScope, gathering: str, kind: str, limit: int) -> list[OutboundMessage]:
        """Messages of a kind about a gathering that did not reach their recipients, or of which nobody knows whether they did; oldest first."""
        nobody_knows = {"status": "sent", "delivery": {"$in": ["unclear", "refused"]}}
        condition = scope.filter(
            gathering=gathering, kind=kind, **{"$or": [nobody_knows, {"status": {"$nin": ["sent", "suppressed"]}}]}
        )
        documents = await self.collection.find(condition, {"outbox": 0}).sort("at", 1).limit(limit).to_list(None)
        return [read_message(one) for one in documents]

    async def list_of_contact(self, scope: TenantScope, contact: str) -> list[OutboundMessage]:
        """All messages to one contact, by id."""
        documents = (
            await self.collection.find(scope.filter(contact=contact), {"outbox": 0}).sort("_id", 1).to_list(None)
        )
        return [read_message(one) for one in documents]

    async def list_with_status(
        self,
        scope: TenantScope,
        status: Status,
        limit: int,
        order: Sequence[tuple[str, int]] = (("at", 1),),
        **conditions: Any,
    ) -> list[OutboundMessage]:
        """Messages with one status."""
        cursor = (
            self.collection.find(scope.filter(status=status, **conditions), {"outbox": 0})
            .sort(list(order))
            .limit(limit)
        )
        return [read_message(one) for one in await cursor.to_list(None)]

    async def count(self, scope: TenantScope, status: Status, **conditions: Any) -> int:
        """How many messages have one status."""
        return int(await self.collection.count_documents(scope.filter(status=status, **conditions)))

    async def list_called(self, scope: TenantScope, limit: int) -> list[OutboundMessage]:
        """Settled messages about which somebody was called, the newest first."""
        condition = scope.filter(**CALLED, settled_at={"$gt": EPOCH})
        documents = (
            await self.collection.find(condition, {"outbox": 0}).sort("settled_at", -1).limit(limit).to_list(None)
        )
        return [read_message(one) for one in documents]

    async def count_unsent(self) -> tuple[int, datetime | None]:
        """How many messages of all tenants have failed attempts behind them and are pending, and since when the oldest is."""
        tried: Document = {RETRYING: True}
        oldest = await self.collection.find(tried, {"at": 1}).sort("at", 1).limit(1).to_list(None)
        return (int(await self.collection.count_documents(tried)), oldest[0]["at"]) if oldest else (0, None)

    async def has_call_outcome(self, scope: TenantScope, contact: str, outcome: str) -> bool:
        """Whether a call to this contact had this outcome."""
        calls = scope.filter(contact=contact, **{"attempts.outcome": outcome})
        return await self.collection.find_one(calls, {"_id": 1}) is not None

    async def list_by_hand(
        self, scope: TenantScope, gathering: str, kind: str, before: datetime
    ) -> dict[str, OutboundMessage]:
        """By contact: messages of this kind about a gathering that still wait to be called or posted by staff."""
        condition = scope.filter(
            status={"$in": ["to_call", "to_post"]}, kind=kind, gathering=gathering, at={"$lt": before}
        )
        return {one["contact"]: read_message(one) for one in await self.collection.find(condition).to_list(None)}

    async def list_postponed(self, scope: TenantScope, mailbox: str, besides: str) -> list[OutboundMessage]:
        """Other messages that are held back for the same mailbox, oldest first."""
        condition = scope.filter(mailbox=mailbox, status="pending", postponed=True, _id={"$ne": besides})
        documents = await self.collection.find(condition).sort("at", 1).limit(TOGETHER).to_list(None)
        return [read_message(one) for one in documents]

    async def get_many(self, scope: TenantScope, ids: Sequence[str]) -> dict[str, OutboundMessage]:
        """The messages with these ids, by id."""
        documents = await self.collection.find(scope.filter(_id={"$in": list(ids)}), {"outbox": 0}).to_list(None)
        return {one["_id"]: read_message(one) for one in documents}

    async def mark_letters(self, scope: TenantScope, ids: Sequence[str], **fields: Any) -> None:
        """Set fields of letters that wait to be posted; None removes one."""
        if not ids:
            return
        sets = {name: value for name, value in fields.items() if value is not None}
        unsets = {name: "" for name, value in fields.items() if value is None}
        update: Document = {
            "$inc": {"version": 1},
            **({"$set": sets} if sets else {}),
            **({"$unset": unsets} if unsets else {}),
        }
        await self.collection.update_many(scope.filter(_id={"$in": list(ids)}, status="to_post"), update)

    async def find_by_text(self, scope: TenantScope, text: str) -> OutboundMessage | None:
        """The message that was sent as this text message."""
        document = await self.collection.find_one(scope.filter(**{"text.id": text}))
        return None if document is None else read_message(document)

    async def find_by_bounce(self, reference: str) -> OutboundMessage | None:
        """The message whose mail was sent with this reference, of whichever tenant: nobody but this service can make one."""
        document = await self.collection.find_one({"bounce": reference}, {"outbox": 0})
        return None if document is None else read_message(document)

    async def list_sent_together(self, scope: TenantScope, id: str) -> list[OutboundMessage]:
        """Other messages that were sent in the mail of this one."""
        documents = await self.collection.find(scope.filter(told_in=id), {"outbox": 0}).limit(TOGETHER).to_list(None)
        return [read_message(one) for one in documents]

    async def insert_if_absent(self, messages: Mapping[str, Document]) -> None:
        """Enqueue messages by id; one that is there already is left as it is."""
        chunk: list[UpdateOne] = []
        for id, fields in messages.items():
            chunk.append(UpdateOne({"_id": id}, {"$setOnInsert": fields}, upsert=True))
            if len(chunk) == 500:
                await self.collection.bulk_write(chunk, ordered=False)
                chunk = []
        if chunk:
            await self.collection.bulk_write(chunk, ordered=False)

    async def commit(self, message: OutboundMessage, change: Change, now: datetime) -> None:
        """Write a change onto the version that was loaded; what is delivered at the same moment is written together.

        Raises: Conflict.
        """
        stored: Document = {
            "_id": message.id,
            "tenant": message.tenant,
            "version": message.version,
            "seq": message.seq,
            "outbox": message.outbox,
            "requests": message.requests,
        }
        await self._aggregates.commit_grouped(scope_of_message(message), stored, change, now)

    async def execute(
        self,
        scope: TenantScope,
        id: str,
        decide: Callable[[OutboundMessage], Change | None],
        now: datetime,
        request: IdempotencyKey | None = None,
    ) -> tuple[Any, bool] | None:
        """Load a message, decide on a change and commit it, again on a conflict.

        Returns (answer, replayed), or None where there is no such message.
        """
        return await self._aggregates.execute(scope, id, lambda document: decide(read_message(document)), now, request)

    async def reopen_for_erasure(self, scope: TenantScope, people: Sequence[str], now: datetime) -> int:
        """Make the open messages of these contacts due, and drop the content of all their messages; returns how many there are."""
        addressed = scope.filter(contact={"$in": list(people)})
        await self.collection.update_many(
            {**addressed, "status": {"$in": list(OPEN)}},
            {"$set": {"status": "pending", "due_at": now}, "$inc": {"version": 1}},
        )
        with_content = {"$or": [{"told": {"$exists": True}}, {"as_sent": {"$exists": True}}]}
        await self.collection.update_many({**addressed, **with_content}, {"$unset": {"told": "", "as_sent": ""}})
        return int(await self.collection.count_documents(addressed))
