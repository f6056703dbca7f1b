"""Stores practices, and the search index made of what is published."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from chassis.storage.aggregates import Aggregates
from chassis.storage.documents import to_stored
from chassis.storage.mongo import Database, Document
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope, of_platform
from services.reporting.practices.documents import IndexEntry, Practice

MOST_OF_ONE = 500
CANDIDATES = 200
"""Entries that are weighed for one search."""
ENOUGH = 100
"""With so many that answer in one way, no weaker way is tried."""
MOST_WORDS = 50_000
COUNTED = 2_000
"""A term that stands in more is common, however many they are."""


class PracticeRepository(Repository[Practice]):
    """Practices with their events."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(Practice, aggregates)
        self.collection = aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [
                IndexModel([("tenant", ASCENDING), ("changed_at", DESCENDING)], name="tenant"),
                IndexModel(
                    [("index_at", ASCENDING)], name="index_due", partialFilterExpression={"index_at": {"$exists": True}}
                ),
                IndexModel(
                    [("changed_at", ASCENDING)], name="submitted", partialFilterExpression={"state.submitted": True}
                ),
            ]
        )

    async def list_all(self, scope: TenantScope) -> list[Practice]:
        """Practices of one municipality, the newest first."""
        return await self._find(scope.filter(), [("changed_at", -1)], MOST_OF_ONE)

    async def list_submitted(self, limit: int) -> list[Practice]:
        """Practices of all municipalities, what waits for the office, the longest waiting first."""
        return await self._find({"state.submitted": True}, [("changed_at", 1)], limit)

    async def schedule_indexing(self, ids: Sequence[str], at: datetime) -> int:
        """Have the search entries of these written anew at that time, but for those that are to be written already; how many."""
        not_scheduled: Document = {"_id": {"$in": list(ids)}, "index_at": {"$exists": False}}
        result = await self._aggregates.collection.update_many(
            not_scheduled | {"state.published": {"$exists": True}}, {"$set": {"index_at": at}}
        )
        return int(result.modified_count)

    async def get_in_any_tenant(self, id: str) -> Practice | None:
        """Whatever municipality it belongs to: for the library and the office."""
        practices = await self._find({"_id": id}, limit=1)
        return practices[0] if practices else None

    async def get_many(self, ids: Sequence[str]) -> dict[str, Practice]:
        return {one.id: one for one in await self._find({"_id": {"$in": list(ids)}})}


class PracticeIndex:
    """Search entries of what is published, and the words that the library's compounds may be made of."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._entries = database["practice_index"]
        self._words = database["practice_words"]

    async def ensure_indexes(self) -> None:
        await self._entries.create_indexes(
            [
                IndexModel([("strong", ASCENDING), ("size", ASCENDING)], name="strong_of_size"),
                IndexModel([("terms", ASCENDING), ("size", ASCENDING)], name="terms_of_size"),
                IndexModel([("fields", ASCENDING), ("_id", DESCENDING)], name="fields"),
                IndexModel([("rules", ASCENDING), ("_id", ASCENDING)], name="rules"),
            ]
        )

    async def words(self) -> frozenset[str]:
        rows = await self._words.find({}, {"_id": 1}).limit(MOST_WORDS).to_list(None)
        return frozenset(row["_id"] for row in rows)

    async def add_words(self, words: Collection[str]) -> None:
        """Words are the library's, no municipality's; repeating it changes nothing."""
        if words:
            platform = of_platform().tenant
            await self._words.bulk_write(
                [
                    UpdateOne({"_id": word}, {"$setOnInsert": {"tenant": platform}}, upsert=True)
                    for word in sorted(words)
                ],
                ordered=False,
            )

    async def upsert(self, entry: IndexEntry) -> None:
        await self._entries.replace_one({"_id": entry.id}, to_stored(entry), upsert=True)

    async def remove(self, id: str) -> None:
        await self._entries.delete_one({"_id": id})

    async def list_of_other_rules(self, rules: int, limit: int, after: str) -> list[str]:
        """Entries whose terms another version of the rules made, in the order of their ids, whosever they are."""
        condition = {"_id": {"$gt": after}, "rules": {"$ne": rules}}
        rows = await self._entries.find(condition, {"_id": 1}).sort("_id", 1).limit(limit).to_list(None)
        return [row["_id"] for row in rows]

    async def size(self) -> int:
        return await self._entries.count_documents({})

    async def count_entries(self, term: str) -> int:
        """The number of entries in which a term stands, counted up to `COUNTED`."""
        rows = await self._database.aggregate(
            "practice_index", [{"$match": {"terms": term}}, {"$limit": COUNTED}, {"$count": "n"}]
        )
        return int(rows[0]["n"]) if rows else 0

    async def newest(self, condition: Document, limit: int) -> list[str]:
        rows = await self._entries.find(condition, {"_id": 1}).sort("_id", -1).limit(limit).to_list(None)
        return [row["_id"] for row in rows]

    async def find_candidates(
        self, words: Sequence[Collection[str]], condition: Document
    ) -> list[tuple[str, dict[str, float]]]:
        """Entries that may answer, with those of the words' terms that stand in them and their weights.

        Looked for in this order until there are enough: what is about all words, what holds all, what is about one, what holds one.
        """
        all_terms = sorted({term for word in words for term in word})
        terms_of_words = [list(word) for word in words]
        ways: list[Document] = [
            {"$and": [{"strong": {"$in": terms}} for terms in terms_of_words]},
            {"$and": [{"terms": {"$in": terms}} for terms in terms_of_words]},
            {"strong": {"$in": all_terms}},
            {"terms": {"$in": all_terms}},
        ]
        weights_by_id: dict[str, dict[str, float]] = {}
        for condition_of_way in ways if len(words) > 1 else ways[2:]:
            if len(weights_by_id) >= ENOUGH:
                break
            rows = (
                await self._entries.find(
                    {**condition, **condition_of_way}, {f"weights.{term}": 1 for term in all_terms}
                )
                .limit(CANDIDATES)
                .to_list(None)
            )
            for row in rows:
                if row["_id"] not in weights_by_id and len(weights_by_id) < CANDIDATES:
                    weights_by_id[row["_id"]] = row["weights"]
        return list(weights_by_id.items())
