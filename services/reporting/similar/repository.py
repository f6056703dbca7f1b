"""Reads the official list."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.storage.documents import from_stored, projection_of
from chassis.storage.mongo import Database, Document
from services.reporting.similar.documents import ListedMunicipality

ROWS = "gazetteer"
TenantRow: TypeAlias = tuple[dict[str, str], str, str, str | None]
"""Name, kind, state and official key (None where it is not known) of a municipality that takes part."""
_TENANT = {"name": 1, "kind": 1, "state": 1, "ags": 1}


class GazetteerRows:
    """Rows of the list; there are as many as Germany has municipalities, some 11,000."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = database[ROWS]

    async def ensure_indexes(self) -> None:
        newest = IndexModel([("at", DESCENDING), ("_id", ASCENDING)], name="newest")
        await self._rows.create_indexes([newest])

    async def get_newest(self) -> datetime | None:
        """When the list last changed; None while it is empty."""
        rows = await self._rows.find({}, {"at": 1}).sort([("at", -1), ("_id", 1)]).limit(1).to_list(1)
        return rows[0]["at"] if rows else None

    async def list_current(self) -> list[ListedMunicipality]:
        """All entries that have not ended."""
        rows = await self._rows.find({"ended": False}, projection_of(ListedMunicipality)).to_list(None)
        return [from_stored(ListedMunicipality, row) for row in rows]

    async def get_tenants(self) -> dict[str, TenantRow]:
        """The municipalities that take part, by slug."""
        rows = await self._database["tenants"].find({"status": "admitted"}, _TENANT).to_list(None)
        return {row["_id"]: _tenant(row) for row in rows}

    async def get_tenant(self, slug: str) -> TenantRow | None:
        """One municipality that takes part; None where it does not."""
        row = await self._database["tenants"].find_one({"_id": slug, "status": "admitted"}, _TENANT)
        return None if row is None else _tenant(row)


def _tenant(row: Document) -> TenantRow:
    return row["name"], row["kind"], row["state"], row.get("ags")
