"""What municipalities agreed to do, as selfcheck told it: without owners, beside the results."""

from __future__ import annotations

from datetime import date
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.clock import Clock, rfc3339
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import BERLIN, format_day
from services.reporting.domain.profile import text

SETTLED = ("done", "dropped")
STATUSES = {
    "de": {"planned": "geplant", "started": "begonnen", "done": "erledigt", "dropped": "aufgegeben"},
    "en": {"planned": "planned", "started": "started", "done": "done", "dropped": "dropped"},
}
MOST = 500


class AgreedMeasures:
    """Rows of measures, beside those of the assessments they belong to."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ensure_indexes(self) -> None:
        by_tenant = IndexModel([("tenant", ASCENDING), ("assessment", ASCENDING)], name="tenant")
        await self._database["measures"].create_indexes([by_tenant])

    async def listed(self, scope: TenantScope, assessment: str | None = None) -> list[dict[str, Any]]:
        """`[{id, assessment, field: {id, title}, title, due, overdue, status, as_of}]`, what is due first on top, settled ones last;
        without those of assessments that were deleted."""
        condition = scope.filter(status={"$ne": "deleted"}, **({"assessment": assessment} if assessment else {}))
        rows = await self._database["measures"].find(condition).limit(MOST).to_list(None)
        titles = await self._field_titles(scope, {row["assessment"] for row in rows})
        today = self._clock.now().astimezone(BERLIN).date()
        shown = [_shown(row, titles[row["assessment"]], today) for row in rows if row["assessment"] in titles]
        return sorted(shown, key=lambda one: (one["status"] in SETTLED, one["due"] or "9999", one["id"]))

    async def _field_titles(self, scope: TenantScope, assessments: set[str]) -> dict[str, dict[str, Document]]:
        """Titles of fields by assessment that is known and there, empty while its questionnaire is not known."""
        kept = scope.filter(_id={"$in": list(assessments)}, status={"$ne": "deleted"})
        rows = await self._database["assessments"].find(kept, {"questionnaire": 1}).to_list(None)
        versions = {"_id": {"$in": list({row["questionnaire"] for row in rows})}}
        asked = {
            one["_id"]: one
            for one in await self._database["questionnaires"].find(versions, {"fields": 1}).to_list(None)
        }
        return {
            row["_id"]: {
                field["id"]: field["title"] for field in asked.get(row["questionnaire"], {"fields": []})["fields"]
            }
            for row in rows
        }


def as_lines(measures: list[dict[str, Any]], language: str) -> list[list[str]]:
    """What, field, by when, state: as texts in `de` or `en`, for documents."""
    return [
        [
            one["title"],
            text(one["field"]["title"], language, one["field"]["id"]),
            format_day(date.fromisoformat(one["due"]), language) if one["due"] else "–",
            STATUSES[language][one["status"]],
        ]
        for one in measures
    ]


def counted(measures: list[dict[str, Any]]) -> dict[str, int]:
    """How many there are by status, and how many of them are overdue."""
    statuses = {status: sum(one["status"] == status for one in measures) for status in STATUSES["en"]}
    return statuses | {"overdue": sum(one["overdue"] for one in measures)}


def _shown(row: Document, titles: dict[str, Document], today: date) -> dict[str, Any]:
    late = row["due"] is not None and row["status"] not in SETTLED and date.fromisoformat(row["due"]) < today
    return {
        "id": row["_id"],
        "assessment": row["assessment"],
        "field": {"id": row["field"], "title": titles.get(row["field"], {})},
        "title": row["title"],
        "due": row["due"],
        "overdue": late,
        "status": row["status"],
        "as_of": rfc3339(row["at"]),
    }
