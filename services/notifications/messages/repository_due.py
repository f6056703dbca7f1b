"""Finds the due messages that are next: by priority, then municipalities in turn, and those of one recipient in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime

from pymongo import ASCENDING, IndexModel, UpdateOne

from chassis.jobs.range_leases import range_of
from chassis.storage.mongo import Database, Document
from services.notifications.domain.messages import rank
from services.notifications.messages.documents import OutboundMessage
from services.notifications.messages.repository import COLLECTION, RETRYING, read_message

TURN = 16
"""Messages of one municipality after which it is another's turn, as long as others have any."""
RANKS = (0, 1)
MOST_PLACED = 1_000
INDEX = "next"
ORDER = [("tenant", ASCENDING), ("due_at", ASCENDING)]


class DueMessages:
    """Reads due messages in turns: by rank, and among those of one rank from one municipality after the other. Whose turn it is is kept in memory."""

    def __init__(self, database: Database) -> None:
        self._messages = database[COLLECTION]
        self._after = dict.fromkeys(RANKS, "")

    async def ensure_indexes(self) -> None:
        by = ASCENDING
        due: Document = {"due_at": {"$exists": True}}
        retrying: Document = {RETRYING: {"$exists": True}}
        await self._messages.create_indexes(
            [
                IndexModel(
                    [("range", by), ("rank", by), ("tenant", by), ("due_at", by)],
                    name=INDEX,
                    partialFilterExpression=due,
                ),
                IndexModel([("contact", by), ("at", by)], name="held_up", partialFilterExpression=retrying),
            ]
        )

    async def by_rank(
        self,
        now: datetime,
        ranges: Collection[int],
        room: int,
        busy: Collection[str] = (),
        in_delivery: Mapping[str, int] | None = None,
        of_one: int = 1_000_000,
    ) -> AsyncIterator[list[Document]]:
        """Yield up to `room` due messages of these ranges, by rank, without those that are `busy`, and no more of a municipality of which `of_one`
        are in delivery. What somebody waits for is given before the rest is looked for."""
        counts = Counter(in_delivery or {})

        def full() -> list[str]:
            return [tenant for tenant, count in counts.items() if count >= of_one]

        if not any(self._after.values()):
            few = min(TURN, room)
            all_due = await self._find(now, ranges, {"rank": {"$in": list(RANKS)}}, few, busy, full())
            if len(all_due) < few:  # nobody has to wait for a turn
                all_due.sort(key=lambda document: (document["tenant"], document["due_at"]))
                for rank in RANKS:
                    yield [document for document in all_due if document["rank"] == rank]
                return
        due: list[Document] = []
        for rank in RANKS:
            begin = len(due)
            while len(due) < room:
                before, most = self._after[rank], min(TURN, room - len(due))
                taken = [*busy, *(document["_id"] for document in due)]
                turn = await self._turn(rank, now, ranges, most, taken, full())
                due += turn
                counts.update(document["tenant"] for document in turn)
                if len(turn) < most and not before:
                    break  # asked from the first municipality on, and these were all
            yield due[begin:]

    async def _turn(
        self, rank: int, now: datetime, ranges: Collection[int], most: int, busy: Sequence[str], full: Collection[str]
    ) -> list[Document]:
        after: Document = {"rank": rank, "tenant": {"$gt": self._after[rank]}}
        documents = await self._find(now, ranges, after, most, busy, full, sort=True)
        # Fewer than asked for: the last municipality had its turn, and the first is next.
        self._after[rank] = documents[-1]["tenant"] if len(documents) == most else ""
        return documents

    async def _find(
        self,
        now: datetime,
        ranges: Collection[int],
        condition: Document,
        most: int,
        busy: Collection[str],
        full: Collection[str],
        sort: bool = False,
    ) -> list[Document]:
        """Up to so many due messages that fit, without those that are `busy` or of municipalities in `full`. `sort`: those of one rank, by
        municipality and when they are due; MongoDB would sort those of several ranks in memory, however many there are."""
        due: Document = {"range": {"$in": sorted(ranges)}, "due_at": {"$lte": now}, **condition}
        if busy:
            due["_id"] = {"$nin": list(busy)}
        if full:
            due["tenant"] = {**due.get("tenant", {}), "$nin": sorted(full)}
        cursor = self._messages.find(due).limit(most).hint(INDEX)
        return await (cursor.sort(ORDER) if sort else cursor).to_list(None)

    async def held_up(self, messages: Sequence[OutboundMessage]) -> dict[str, datetime]:
        """By id of a message: until when it has to wait because an earlier message to the same recipient failed and will be tried again."""
        contacts = sorted({one.contact for one in messages})
        condition: Document = {RETRYING: True, "contact": {"$in": contacts}, "status": "pending"}
        earlier = [
            read_message(one) for one in await self._messages.find(condition).sort("at", ASCENDING).to_list(None)
        ]
        held = {}
        for message in messages:
            for other in earlier:
                same = (other.tenant, other.contact) == (message.tenant, message.contact)
                before = (other.at, other.id) < (message.at, message.id) and other.rank <= message.rank
                if same and before and other.due_at is not None:
                    held[message.id] = other.due_at
        return held

    async def place_former(self) -> None:
        """Set range and rank of messages that a former version of the software stored without them."""
        former = {"range": None, "due_at": {"$exists": True}}
        documents = await self._messages.find(former, {"contact": 1, "kind": 1}).limit(MOST_PLACED).to_list(None)
        if documents:
            placed = [
                UpdateOne({"_id": one["_id"]}, {"$set": {"range": range_of(one["contact"]), "rank": rank(one["kind"])}})
                for one in documents
            ]
            await self._messages.bulk_write(placed, ordered=False)
