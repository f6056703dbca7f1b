"""What is left of people in a gathering: how many registrations still hold which personal field, and when they go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chassis.clock import rfc3339
from chassis.http.problems import not_found
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.registration.domain.profile import retention_of
from services.registration.municipalities.own_tenant_registry import OwnTenantRegistry
from services.registration.people.erasures import Erasures

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
    "proof_of_consent": {"$cond": [{"$eq": [{"$type": "$proof"}, "object"]}, 1, 0]},
}
"""How often each personal field is there in one registration."""


@dataclass(frozen=True)
class Remaining:
    """Counts, never names."""

    database: Database
    gatherings: Aggregates
    erasures: Erasures
    tenant_registry: OwnTenantRegistry

    async def of(self, scope: TenantScope, gathering_id: str) -> dict[str, Any]:
        """`{"registrations", "fields": {field: count}, "everybody_from", "ended_after_hours", "runs"}`. Raises Problem 404."""
        gathering = await self.gatherings.load(scope, gathering_id, {"facts.ends_at": 1, "facts.title": 1})
        if gathering is None:
            raise not_found("gathering")
        rule = retention_of(await self.tenant_registry.tenant(scope.tenant) or {})
        sums: Document = {field: {"$sum": times} for field, times in FIELDS.items()}
        held: Document = {"$cond": [{"$not": ["$erased"]}, 1, 0]}
        found = await self.database.aggregate(
            "registrations",
            [
                {"$match": scope.filter(gathering=gathering_id)},
                {"$group": {"_id": None, "held": {"$sum": held}, **sums}},
            ],
        )
        counts = found[0] if found else {}
        return {
            "gathering": gathering_id,
            "title": gathering["facts"]["title"],
            "registrations": counts.get("held", 0),
            "fields": {field: counts.get(field, 0) for field in FIELDS},
            "everybody_from": rfc3339(gathering["facts"]["ends_at"] + timedelta(days=rule.after_event_days)),
            "ended_after_hours": rule.unconfirmed_hours,
            "proof_for_days": rule.consent_proof_days,
            "runs": await self.erasures.about(scope, gathering_id),
        }
