"""The tenants and staff roles a service knows: small tables every service keeps from registration's events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cachetools import TTLCache

from chassis.messaging.projection import Handler, InsertIfAbsent, Replace, Upsert, Write
from chassis.storage.mongo import Database
from chassis.storage.single_flight import SingleFlightCache
from chassis.storage.tenant_offboarding import COLLECTION as OFFBOARDINGS
from contracts import registration as r
from contracts.envelope import Envelope

TENANTS = ("admitted", "suspended")
"""The statuses of a municipality that is a tenant."""
CACHE_SECONDS = 2.0
"""Seconds for which an answer is kept; a revoked role ends within them, and a suspension begins."""
CACHE_SIZE = 20_000
"""Answers that are kept at most: twice as many as Germany has municipalities."""


def _admitted(envelope: Envelope, event: Any) -> Iterable[Write]:
    yield Upsert("tenants", event.slug, {"status": "admitted", **_facts(event)})


def _changed(envelope: Envelope, event: Any) -> Iterable[Write]:
    yield Upsert("tenants", event.slug, _facts(event))


def _facts(event: Any) -> dict[str, Any]:
    facts: dict[str, Any] = event.model_dump(mode="json", exclude={"slug", "contact_id"})
    return facts


def _status_handler(status: str) -> Handler:
    def handle(envelope: Envelope, event: Any) -> Iterable[Write]:
        yield Upsert("tenants", event.slug, {"status": status})

    return handle


def _deleted(envelope: Envelope, event: Any) -> Iterable[Write]:
    yield Replace("tenants", event.slug, {"status": "deleted"})
    yield InsertIfAbsent(OFFBOARDINGS, event.slug, {"version": 1, "sweeps": 0})


def _granted(envelope: Envelope, event: Any) -> Iterable[Write]:
    yield Upsert(
        "staff", f"{envelope.tenant}:{event.email_key}", {"email_key": event.email_key, "roles": list(event.roles)}
    )


def _revoked(envelope: Envelope, event: Any) -> Iterable[Write]:
    yield Replace("staff", f"{envelope.tenant}:{event.email_key}", {"roles": []})


TENANT_REGISTRY_HANDLERS: dict[str, Handler] = {
    r.MunicipalityAdmitted.event_type: _admitted,
    r.MunicipalityChanged.event_type: _changed,
    r.MunicipalitySuspended.event_type: _status_handler("suspended"),
    r.MunicipalityResumed.event_type: _status_handler("admitted"),
    r.MunicipalityDeleted.event_type: _deleted,
    r.StaffGranted.event_type: _granted,
    r.StaffRevoked.event_type: _revoked,
}


class EventTenantRegistry:
    """A tenant registry that reads the tables fed by registration's events."""

    def __init__(self, database: Database) -> None:
        self._tenants = database["tenants"]
        self._staff = database["staff"]
        self._memory: TTLCache[tuple[str, str], Any] = TTLCache(CACHE_SIZE, CACHE_SECONDS)
        self._known: SingleFlightCache[Any] = SingleFlightCache(self._memory)

    async def tenant(self, slug: str) -> dict[str, Any] | None:
        """Public facts of a municipality (name, languages, kind, phone …) with its `status`, one of TENANTS."""
        facts: dict[str, Any] | None = await self._known.get(("tenant", slug), lambda: self._tenant(slug))
        return facts

    async def _tenant(self, slug: str) -> dict[str, Any] | None:
        facts: dict[str, Any] | None = await self._tenants.find_one({"_id": slug, "status": {"$in": list(TENANTS)}})
        return facts

    async def tenants(self, slugs: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The facts of those of the slugs that are tenants, in the order of the slugs."""
        distinct = list(dict.fromkeys(slugs))
        facts_by_slug: dict[str, dict[str, Any] | None] = {
            slug: self._memory.get(("tenant", slug)) for slug in distinct
        }
        missing = [slug for slug, facts in facts_by_slug.items() if facts is None]
        if missing:
            rows = self._tenants.find({"_id": {"$in": missing}, "status": {"$in": list(TENANTS)}})
            for row in await rows.to_list(None):
                facts_by_slug[row["_id"]] = self._memory["tenant", row["_id"]] = row
        return {slug: facts for slug, facts in facts_by_slug.items() if facts is not None}

    async def all_tenants(self) -> list[dict[str, Any]]:
        """Slugs (`_id`) and names of those that are admitted."""
        rows: list[dict[str, Any]] = await self._tenants.find({"status": "admitted"}, {"name": 1}).to_list(CACHE_SIZE)
        return rows

    def clear(self) -> None:
        """Forget all answers that are remembered."""
        self._memory.clear()

    async def is_tenant(self, slug: str) -> bool:
        return await self.tenant(slug) is not None

    async def is_suspended(self, slug: str) -> bool:
        """Whether the tenant's pages are closed for a while."""
        facts = await self.tenant(slug)
        return facts is not None and facts["status"] == "suspended"

    async def roles(self, tenant: str, email_key: str) -> frozenset[str]:
        """What registration granted to whom this key stands for (`Secrets.email_key`)."""
        id = f"{tenant}:{email_key}"
        granted: frozenset[str] = await self._known.get(("staff", id), lambda: self._roles(tenant, id))
        return granted

    async def _roles(self, tenant: str, id: str) -> frozenset[str]:
        row = await self._staff.find_one({"_id": id, "tenant": tenant})
        return frozenset(row["roles"]) if row else frozenset()

    async def roles_by_tenant(self, email_key: str) -> dict[str, frozenset[str]]:
        """What was granted to whom this key stands for, by municipality."""
        rows = await self._staff.find({"email_key": email_key}).to_list(None)
        return {row["tenant"]: frozenset(row["roles"]) for row in rows if row["roles"]}
