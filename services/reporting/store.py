"""Reporting's read models: rows as events left them, and sums over rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from pymongo import ASCENDING, IndexModel

from chassis.clock import rfc3339
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.reporting.domain.participation import PRESENT, labels, people, told_abroad


def as_of(moments: Iterable[datetime | None]) -> str | None:
    """The latest of the moments; None where there was no event."""
    known = [moment for moment in moments if moment is not None]
    return rfc3339(max(known)) if known else None


class Reports:
    """Everything that routes read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure_indexes(self) -> None:
        by_tenant = IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant")
        of_gathering = IndexModel([("tenant", ASCENDING), ("gathering", ASCENDING)], name="gathering")
        await self._database["participants"].create_indexes([of_gathering])
        await self._database["gatherings"].create_indexes([by_tenant])
        await self._database["assessments"].create_indexes([by_tenant])

    async def overview(self, scope: TenantScope) -> dict[str, Any]:
        """Participation, needs and assessments of one municipality. `attended` (groups and people who were there, and who were
        not) is known once a gathering is over at which people were checked in."""
        gatherings = await self._database["gatherings"].find(scope.filter()).sort("starts_at").to_list(None)
        sums = await self._sums(scope)
        counts: dict[str, dict[str, int]] = {}
        moments: dict[str, datetime] = {}
        for row in sums["statuses"]:
            gathering, status = row["_id"]["gathering"], row["_id"]["status"]
            counts.setdefault(gathering, {})[status] = row["people"]
            moments[gathering] = max(row["at"], moments.get(gathering, row["at"]))
        assessments = await self.assessments(scope)
        needed = as_of(moments.values())
        named = labels(gatherings)
        return {
            "as_of": as_of([*(g["at"] for g in gatherings), *moments.values(), *(a["at"] for a in assessments)]),
            "participation": [
                {
                    "gathering": g["_id"],
                    "title": g["title"],
                    "kind": g["kind"],
                    "status": g.get("status", "published"),
                    "starts_at": rfc3339(g["starts_at"]),
                    "capacity": g["capacity"],
                    "people": people(counts.get(g["_id"], {})),
                    "attended": g.get("attended"),
                    "as_of": as_of([g["at"], moments.get(g["_id"])]),
                }
                for g in gatherings
            ],
            "needs": {
                "languages": [
                    {"language": n["_id"], "groups": n["groups"], "people": n["people"]} for n in sums["languages"]
                ],
                "support": [
                    {"support": n["_id"], "label": named.get(n["_id"], {}), "groups": n["groups"]}
                    for n in sums["support"]
                ],
                "as_of": needed,
            },
            "assessments": [
                {"id": a["_id"], "title": a["title"], "status": a["status"], "as_of": rfc3339(a["at"])}
                for a in assessments
            ],
        }

    async def _sums(self, scope: TenantScope) -> Document:
        """People by gathering and status; languages and support asked for by groups that still take part."""
        present: Document = {"$match": {"status": {"$in": list(PRESENT)}}}
        groups: Document = {"groups": {"$sum": 1}, "people": {"$sum": "$size"}}
        status = {"gathering": "$gathering", "status": "$status"}
        facets = {
            "statuses": [{"$group": {"_id": status, "people": {"$sum": "$size"}, "at": {"$max": "$at"}}}],
            "languages": [present, {"$group": {"_id": "$language", **groups}}, {"$sort": {"groups": -1, "_id": 1}}],
            "support": [
                present,
                {"$unwind": "$support"},
                {"$group": {"_id": "$support", **groups}},
                {"$sort": {"groups": -1, "_id": 1}},
            ],
        }
        [sums] = await self._database.aggregate("participants", [{"$match": scope.filter()}, {"$facet": facets}])
        return sums

    async def assessments(self, scope: TenantScope) -> list[Document]:
        """All assessments of the municipality, the newest first."""
        return await self._database["assessments"].find(_kept(scope), {"result": 0}).sort("_id", -1).to_list(None)

    async def assessment(self, scope: TenantScope, id: str) -> tuple[Document, list[Document], Document] | None:
        """The assessment's row, its questionnaire's fields (empty while unknown) and its result (empty until closed)."""
        row = await self._database["assessments"].find_one(_kept(scope, _id=id))
        if row is None:
            return None
        # Questionnaires belong to the programme, not to a tenant.
        questionnaire = await self._database["questionnaires"].find_one({"_id": row["questionnaire"]})
        fields: list[Document] = questionnaire["fields"] if questionnaire else []
        return row, fields, orjson.loads(row["result"]) if "result" in row else {}

    async def closed(self, scope: TenantScope) -> tuple[list[Document], list[Document]]:
        """Closed assessments with their results, in the order of their closing; and the questionnaire versions they and
        their predecessors were made with."""
        rows = await self._database["assessments"].find(scope.filter(status="closed")).to_list(None)
        rows = [
            {**row, "result": orjson.loads(row["result"]), "closed_at": row.get("closed_at", row["at"])} for row in rows
        ]
        names = {row["questionnaire"].rpartition(":")[0] for row in rows}
        versions = await self._database["questionnaires"].find({}).to_list(None)
        return (
            sorted(rows, key=lambda row: (row["closed_at"], row["_id"])),
            [version for version in versions if version["_id"].rpartition(":")[0] in names],
        )

    async def programme(self) -> dict[str, Any]:
        """Counts per admitted municipality; numbers of people only where there are enough of them."""
        tenants = await self._database["tenants"].find({"status": "admitted"}).sort("_id").to_list(None)
        gatherings = await self._per_tenant("gatherings", {}, {"$sum": 1})
        taking_part = await self._per_tenant("participants", {"status": {"$in": list(PRESENT)}}, {"$sum": "$size"})
        were_there = await self._per_tenant("gatherings", {"attended": {"$exists": True}}, {"$sum": "$attended.people"})
        started = await self._per_tenant("assessments", {"status": {"$ne": "deleted"}}, {"$sum": 1})
        closed = await self._per_tenant("assessments", {"status": "closed"}, {"$sum": 1})
        sources = (gatherings, taking_part, were_there, started, closed)
        items = [
            {
                "tenant": t["_id"],
                "name": t["name"],
                "gatherings": gatherings.get(t["_id"], (0, None))[0],
                "registered_people": told_abroad(taking_part.get(t["_id"], (0, None))[0]),
                "attended_people": told_abroad(were_there.get(t["_id"], (0, None))[0]),
                "assessments": started.get(t["_id"], (0, None))[0],
                "assessments_closed": closed.get(t["_id"], (0, None))[0],
                "as_of": as_of(source[t["_id"]][1] for source in sources if t["_id"] in source),
            }
            for t in tenants
        ]
        latest = as_of(moment for source in sources for _, moment in source.values())
        return {"as_of": latest, "items": items}

    async def _per_tenant(self, name: str, match: Document, count: Document) -> dict[str, tuple[int, datetime]]:
        group = {"_id": "$tenant", "count": count, "at": {"$max": "$at"}}
        rows = await self._database.aggregate(name, [{"$match": match}, {"$group": group}])
        return {row["_id"]: (row["count"], row["at"]) for row in rows}


def _kept(scope: TenantScope, **conditions: Any) -> Document:
    """Assessments of the municipality that it did not delete."""
    return scope.filter(status={"$ne": "deleted"}, **conditions)
