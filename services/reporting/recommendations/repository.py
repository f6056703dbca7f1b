"""Public marks at practices."""

from __future__ import annotations

from collections.abc import Sequence

from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Document
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope
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

    async def of_practice(self, practice: str) -> list[Mark]:
        return await self._find({"practice": practice, **_ACTIVE}, limit=MOST_OF_ONE)

    async def of_wave(self, wave: str, field: str) -> list[Mark]:
        return await self._find({"wave": wave, "field": field, **_ACTIVE}, limit=MOST)

    async def marked(self, field: str) -> set[str]:
        """The municipalities with a mark for the field."""
        rows = (
            await self._aggregates.collection.find({"field": field, **_ACTIVE}, {"tenant": 1, "_id": 0})
            .limit(MOST)
            .to_list(None)
        )
        return {row["tenant"] for row in rows}

    async def of_municipalities(self, field: str, slugs: Sequence[str]) -> list[Mark]:
        return await self._find({"field": field, "tenant": {"$in": list(slugs)}, **_ACTIVE}, limit=MOST_OF_ONE)

    async def one(self, scope: TenantScope, practice: str, field: str) -> Mark | None:
        return await self.get(scope, id_of(practice, field))


def id_of(practice: str, field: str) -> str:
    return f"{practice}:{field}"
