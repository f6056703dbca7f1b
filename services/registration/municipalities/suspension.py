"""The programme office closes a municipality's pages for a while, and opens them again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from chassis.http.problems import conflict
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from contracts.registration import MunicipalityResumed, MunicipalitySuspended
from services.registration.municipalities.documents import Municipality, Suspended
from services.registration.municipalities.repository import MunicipalityRepository
from services.registration.municipalities.tenant_registry import OwnTenantRegistry

Answer = dict[str, Any]


class Suspension:
    """While it lasts nobody can sign up, staff may read, and links of residents keep working (`chassis.http.permissions`)."""

    def __init__(self, municipalities: MunicipalityRepository, tenant_registry: OwnTenantRegistry) -> None:
        self._all = municipalities
        self._tenant_registry = tenant_registry

    async def suspend(self, slug: str, reason: str, request: IdempotencyKey, now: datetime) -> tuple[Answer, bool]:
        """Close; doing it again changes nothing. Raises Problem 404, 409."""

        def decide(municipality: Municipality) -> Decision[Municipality]:
            answer = {"slug": slug, "status": "suspended"}
            if municipality.status == "suspended":
                return Decision(municipality, answer=answer)
            _check(municipality, "admitted")
            event = MunicipalitySuspended(slug=slug, contact_ids=municipality.coordinators)
            after = replace(municipality, status="suspended", suspended=Suspended(reason=reason, at=now))
            return Decision(after, [event], answer)

        result = await self._all.execute(slug, decide, request, now)
        self._tenant_registry.drop(slug)
        return result

    async def resume(self, slug: str, request: IdempotencyKey, now: datetime) -> tuple[Answer, bool]:
        """Open again; doing it again changes nothing. Raises Problem 404, 409."""

        def decide(municipality: Municipality) -> Decision[Municipality]:
            answer = {"slug": slug, "status": "admitted"}
            if municipality.status == "admitted":
                return Decision(municipality, answer=answer)
            _check(municipality, "suspended")
            if municipality.is_being_deleted:
                raise conflict("being-deleted", "The deletion has begun and can't be stopped any more.")
            event = MunicipalityResumed(slug=slug, contact_ids=municipality.coordinators)
            return Decision(replace(municipality, status="admitted", suspended=None), [event], answer)

        result = await self._all.execute(slug, decide, request, now)
        self._tenant_registry.drop(slug)
        return result


def _check(municipality: Municipality, status: str) -> None:
    if municipality.status != status:
        raise conflict(
            "not-a-tenant", "This municipality does not take part: %(status)s.", {"status": municipality.status}
        )
