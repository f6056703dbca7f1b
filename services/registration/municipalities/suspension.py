"""The programme office closes a municipality's pages for a while, and opens them again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.http.problems import conflict, not_found
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from contracts.registration import MunicipalityResumed, MunicipalitySuspended
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.staff.staff import coordinators

Answer = dict[str, Any]


class Suspension:
    """While it lasts nobody can sign up, staff may read, and links of residents keep working (`chassis.http.permissions`)."""

    def __init__(self, municipalities: Aggregates, tenant_registry: OwnTenantRegistry) -> None:
        self._all = municipalities
        self._tenant_registry = tenant_registry

    async def suspend(self, slug: str, reason: str, request: IdempotencyKey, now: datetime) -> tuple[Answer, bool]:
        """Close; doing it again changes nothing. Raises Problem 404, 409."""

        def decide(document: Document) -> Change:
            answer = {"slug": slug, "status": "suspended"}
            if document["status"] == "suspended":
                return Change(answer=answer)
            _check(document, "admitted")
            event = MunicipalitySuspended(slug=slug, contact_ids=coordinators(document))
            fields = {"status": "suspended", "suspended": {"reason": reason, "at": now}}
            return Change(fields, events=[event], answer=answer)

        return await self._execute(slug, decide, request, now)

    async def resume(self, slug: str, request: IdempotencyKey, now: datetime) -> tuple[Answer, bool]:
        """Open again; doing it again changes nothing. Raises Problem 404, 409."""

        def decide(document: Document) -> Change:
            answer = {"slug": slug, "status": "admitted"}
            if document["status"] == "admitted":
                return Change(answer=answer)
            _check(document, "suspended")
            if (document.get("leaving") or {}).get("begun_at"):
                raise conflict("being-deleted", "The deletion has begun and can't be stopped any more.")
            event = MunicipalityResumed(slug=slug, contact_ids=coordinators(document))
            return Change({"status": "admitted"}, ["suspended"], [event], answer)

        return await self._execute(slug, decide, request, now)

    async def _execute(self, slug: str, decide: Any, request: IdempotencyKey, now: datetime) -> tuple[Answer, bool]:
        done = await self._all.execute(of_document({"tenant": slug}), slug, decide, now, request)
        if done is None:
            raise not_found("municipality")
        self._tenant_registry.forget(slug)
        return done


def _check(document: Document, status: str) -> None:
    if document["status"] != status:
        raise conflict(
            "not-a-tenant", "This municipality does not take part: %(status)s.", {"status": document["status"]}
        )
