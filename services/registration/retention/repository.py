"""Counts of what registrations still say about people."""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope

_TEXT: Document = {"$gt": [{"$strLenCP": {"$ifNull": ["$$it", ""]}}, 0]}


def _filled(path: str) -> Document:
    return {"$cond": [{"$gt": [{"$strLenCP": {"$ifNull": [path, ""]}}, 0]}, 1, 0]}


FIELDS: dict[str, Document] = {
    "name": _filled("$name"),
    "email": _filled("$contact.email"),
    "phone": _filled("$contact.phone"),
    "post": _filled("$contact.post"),
    "companions": {"$size": {"$filter": {"input": {"$ifNull": ["$party", []]}, "as": "it", "cond": _TEXT}}},
    "helper": _filled("$helper.name"),
    "support": {"$cond": [{"$gt": [{"$size": {"$ifNull": ["$support", []]}}, 0]}, 1, 0]},
    "answers": {"$size": {"$ifNull": ["$answers", []]}},
    "proof_of_consent": {"$cond": [{"$eq": [{"$type": "$proof"}, "object"]}, 1, 0]},
}
"""How often each personal field is there in one registration."""


class RetentionRepository:
    """Looks at the registrations and gatherings of others; it holds nothing itself."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure_indexes(self) -> None:
        due = {"forget_at": {"$exists": True}}
        await self._database["gatherings"].create_indexes(
            [IndexModel([("forget_at", ASCENDING)], name="forget", partialFilterExpression=due)]
        )

    async def counts(self, scope: TenantScope, gathering_id: str) -> tuple[int, dict[str, int]]:
        """(registrations that still say who somebody is, how many of them hold each personal field)."""
        sums: Document = {field: {"$sum": times} for field, times in FIELDS.items()}
        not_erased: Document = {"$cond": [{"$not": ["$erased"]}, 1, 0]}
        rows = await self._database.aggregate(
            "registrations",
            [
                {"$match": scope.filter(gathering=gathering_id)},
                {"$group": {"_id": None, "held": {"$sum": not_erased}, **sums}},
            ],
        )
        counts = rows[0] if rows else {}
        return counts.get("held", 0), {field: counts.get(field, 0) for field in FIELDS}
