"""Registration knows tenants and roles first-hand: what `programme.tenant_registry` keeps elsewhere, read from the municipalities."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from cachetools import TTLCache

from programme.tenant_registry import CACHE_SECONDS, CACHE_SIZE
from services.registration.municipalities.repository import MunicipalityRepository


@dataclass(frozen=True, slots=True)
class Tenant:
    """What is remembered of a tenant: its status, what everybody may know of it, roles by key of an address."""

    status: str
    public: dict[str, Any]
    staff: dict[str, tuple[str, ...]]


class OwnTenantRegistry:
    """Remembers each tenant for `CACHE_SECONDS`, so that registering costs no look-up of its own; what this process changes
    itself it drops at once, and another process's change is seen within that time."""

    def __init__(self, municipalities: MunicipalityRepository) -> None:
        self._stored = municipalities
        self._memory: TTLCache[str, Tenant] = TTLCache(CACHE_SIZE, CACHE_SECONDS)
        self._loading: dict[str, asyncio.Task[Tenant | None]] = {}

    async def tenant(self, slug: str) -> dict[str, Any] | None:
        """Public facts of a municipality with its `status`, one of TENANTS."""
        row = await self._row(slug)
        return row.public if row else None

    async def is_tenant(self, slug: str) -> bool:
        return await self._row(slug) is not None

    async def is_suspended(self, slug: str) -> bool:
        row = await self._row(slug)
        return row is not None and row.status == "suspended"

    async def roles(self, tenant: str, email_key: str) -> frozenset[str]:
        row = await self._row(tenant)
        return frozenset(row.staff.get(email_key, ())) if row else frozenset()

    async def roles_by_tenant(self, email_key: str) -> dict[str, frozenset[str]]:
        """What municipalities granted to whom the key stands for, by municipality."""
        return await self._stored.roles(email_key)

    def drop(self, slug: str) -> None:
        """Drop a municipality from the cache, because it was changed."""
        self._memory.pop(slug, None)
        self._loading.pop(slug, None)

    async def _row(self, slug: str) -> Tenant | None:
        row: Tenant | None = self._memory.get(slug)
        if row is not None:
            return row
        loading = self._loading.get(slug)
        if loading is None:  # many requests wait for one look-up
            loading = self._loading[slug] = asyncio.create_task(self._load(slug))
        return await asyncio.shield(loading)

    async def _load(self, slug: str) -> Tenant | None:
        try:
            row = None
            if re.fullmatch(r"[a-z0-9-]{2,40}", slug):
                municipality = await self._stored.tenant(slug)
                if municipality is not None:
                    public = {**municipality.public, "added_languages": municipality.added_languages}
                    row = Tenant(municipality.status, public, dict(municipality.staff))
            if row is not None and self._loading.get(slug) is asyncio.current_task():
                self._memory[slug] = row
            return row
        finally:
            if self._loading.get(slug) is asyncio.current_task():
                del self._loading[slug]
