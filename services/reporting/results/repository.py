"""Reads self-checks and questionnaires."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import orjson
from pymongo import ASCENDING, IndexModel

from chassis.storage.documents import from_stored, projection_of
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.reporting.results.documents import Assessment, Questionnaire, Titled

MOST_ASSESSMENTS = 500
"""Of one municipality; a list is never read without an end."""
_BRIEF = {name: 1 for name in projection_of(Assessment) if name != "result"}
"""A self-check without its result."""


class AssessmentRepository:
    """Rows that selfcheck's events left; what a municipality deleted is not there."""

    def __init__(self, database: Database) -> None:
        self._assessments = database["assessments"]
        self._questionnaires = database["questionnaires"]

    async def ensure_indexes(self) -> None:
        by_tenant = IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant")
        await self._assessments.create_indexes([by_tenant])

    async def list_all(self, scope: TenantScope) -> list[Assessment]:
        """Self-checks of the municipality without their results, the newest first."""
        rows = (
            await self._assessments.find(_existing(scope), _BRIEF).sort("_id", -1).limit(MOST_ASSESSMENTS).to_list(None)
        )
        return [from_stored(Assessment, row) for row in rows]

    async def get(self, scope: TenantScope, id: str) -> Assessment | None:
        row = await self._assessments.find_one(_existing(scope, _id=id), projection_of(Assessment))
        return None if row is None else from_stored(Assessment, row)

    async def get_newest_closed(self, scope: TenantScope) -> Assessment | None:
        """The self-check closed last, without its result."""
        rows = await self._assessments.find(scope.filter(status="closed"), _BRIEF).sort("_id", -1).limit(1).to_list(1)
        return from_stored(Assessment, rows[0]) if rows else None

    async def list_closed(self, scope: TenantScope) -> list[Assessment]:
        """Closed ones with their results, in the order of their closing."""
        rows = (
            await self._assessments.find(scope.filter(status="closed"), projection_of(Assessment))
            .limit(MOST_ASSESSMENTS)
            .to_list(None)
        )
        assessments = [from_stored(Assessment, row) for row in rows]
        return sorted(assessments, key=lambda one: (one.closing, one.id))

    async def get_many(self, scope: TenantScope, ids: Iterable[str]) -> dict[str, Assessment]:
        """Self-checks by id, without their results."""
        rows = await self._assessments.find(_existing(scope, _id={"$in": list(ids)}), _BRIEF).to_list(None)
        return {row["_id"]: from_stored(Assessment, row) for row in rows}

    async def iterate_given_figures(self, ids: Sequence[str]) -> AsyncIterator[tuple[str, str, dict[str, Any]]]:
        """Figures of closed self-checks, whoever's: municipality, id, and what it gives beyond the municipality, where it does."""
        for start in range(0, len(ids), 500):
            condition = {"_id": {"$in": ids[start : start + 500]}, "status": "closed", "across": {"$ne": None}}
            async for row in self._assessments.find(condition, {"tenant": 1, "across": 1}):
                yield row["tenant"], row["_id"], orjson.loads(row["across"])

    async def get_questionnaire(self, id: str) -> Questionnaire | None:
        """The version of a questionnaire. `id`: `questionnaire:version`."""
        row = await self._questionnaires.find_one({"_id": id}, projection_of(Questionnaire))
        return None if row is None else from_stored(Questionnaire, row)

    async def list_fields_of_action(self) -> list[Titled]:
        """The fields of action of the questionnaire that was published last; none while there is no questionnaire."""
        rows = await self._questionnaires.find({}, projection_of(Questionnaire)).sort("at", -1).limit(1).to_list(1)
        return list(from_stored(Questionnaire, rows[0]).fields) if rows else []

    async def list_newest_questionnaires(self) -> list[Questionnaire]:
        """Versions of all questionnaires, the newest first."""
        rows = await self._questionnaires.find({}, projection_of(Questionnaire)).sort("at", -1).limit(50).to_list(None)
        return [from_stored(Questionnaire, row) for row in rows]

    async def list_questionnaires(self, ids: Iterable[str]) -> dict[str, Questionnaire]:
        rows = await self._questionnaires.find({"_id": {"$in": list(ids)}}, projection_of(Questionnaire)).to_list(None)
        return {row["_id"]: from_stored(Questionnaire, row) for row in rows}

    async def list_versions(self, names: Iterable[str]) -> list[Questionnaire]:
        """All known versions of these questionnaires (ids without version)."""
        starts = [{"_id": {"$gte": f"{name}:", "$lt": f"{name};"}} for name in set(names)]
        if not starts:
            return []
        rows = await self._questionnaires.find({"$or": starts}, projection_of(Questionnaire)).to_list(None)
        return [from_stored(Questionnaire, row) for row in rows]


def _existing(scope: TenantScope, **conditions: Any) -> Document:
    return scope.filter(status={"$ne": "deleted"}, **conditions)
