"""Personal data left in a gathering: how many registrations still hold which personal field, and when they are erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chassis.clock import rfc3339
from chassis.http.problems import not_found
from chassis.storage.tenancy import TenantScope
from services.registration.domain.profile import retention_of
from services.registration.erasures.erasures import Erasures
from services.registration.gatherings.repository import GatheringRepository
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.retention.repository import RetentionRepository


@dataclass(frozen=True)
class Remaining:
    """Counts the personal data that is left; it never names anybody."""

    counts: RetentionRepository
    gatherings: GatheringRepository
    erasures: Erasures
    tenant_registry: OwnTenantRegistry

    async def of_gathering(self, scope: TenantScope, gathering_id: str) -> dict[str, Any]:
        """Count what is still stored about the people of a gathering: `{"registrations", "fields": {field: count}, "everybody_from",
        "ended_after_hours", "runs"}`. Raises Problem 404."""
        gathering = await self.gatherings.get(scope, gathering_id)
        if gathering is None:
            raise not_found("gathering")
        rule = retention_of(await self.tenant_registry.tenant(scope.tenant) or {})
        registrations, fields = await self.counts.counts(scope, gathering_id)
        return {
            "gathering": gathering_id,
            "title": gathering.facts.title,
            "registrations": registrations,
            "fields": fields,
            "everybody_from": rfc3339(gathering.facts.ends_at + timedelta(days=rule.after_event_days)),
            "ended_after_hours": rule.unconfirmed_hours,
            "proof_for_days": rule.consent_proof_days,
            "runs": await self.erasures.list_retention_runs(scope, gathering_id),
        }
