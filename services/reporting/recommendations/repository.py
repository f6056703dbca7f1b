"""Stores the public marks that practices carry."""

from __future__ import annotations

from collections.abc import Collection

from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Document
from chassis.storage.repository import Repository
from services.reporting.recommendations.documents import Mark

MOST_OF_ONE = 500
MOST = 20_000
_ACTIVE: Document = {"active": {"$ne": False}}


class MarkRepository(Repository[Mark]):
    """One document for each practice and field."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(Mark, aggregates)

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [
                IndexModel([("tenant", ASCENDING), ("practice", ASCENDING)], name="tenant"),
                IndexModel([("field", ASCENDING), ("tenant", ASCENDING)], name="field"),
                IndexModel([("practice", ASCENDING)], name="practice"),
                IndexModel([("wave", ASCENDING), ("field", ASCENDING)], name="wave"),
            ]
        )

    async def list_of_practice(self, practice: str) -> list[Mark]:
        return await self._find({"practice": practice, **_ACTIVE}, limit=MOST_OF_ONE)

    async def list_of_wave(self, wave: str, field: str) -> list[Mark]:
        return await self._find({"wave": wave, "field": field, **_ACTIVE}, limit=MOST)

    async def list_marked(self, fields: Collection[str]) -> dict[str, set[str]]:
        """The municipalities with a mark, for each of the fields."""
        cursor = self._aggregates.collection.find(
            {"field": {"$in": list(fields)}, **_ACTIVE}, {"field": 1, "tenant": 1, "_id": 0}
        )
        slugs_by_field: dict[str, set[str]] = {field: set() for field in fields}
        for row in await cursor.limit(MOST * len(fields)).to_list(None):
            slugs_by_field[row["field"]].add(row["tenant"])
        return slugs_by_field

    async def list_of_municipalities(self, fields: Collection[str], slugs: Collection[str]) -> list[Mark]:
        condition = {"field": {"$in": list(fields)}, "tenant": {"$in": list(slugs)}, **_ACTIVE}
        return await self._find(condition, limit=MOST_OF_ONE * len(fields))


def id_of(practice: str, field: str) -> str:
    return f"{practice}:{field}"
