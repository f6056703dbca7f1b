"""What municipalities are called, and in which language their documents are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chassis.http.permissions import TenantRegistry
from chassis.http.problems import not_found
from services.reporting.council.wording import Language


class Municipalities:
    """Reads the tenant registry."""

    def __init__(self, registry: TenantRegistry) -> None:
        self._registry = registry

    async def get(self, slug: str) -> dict[str, Any]:
        """Public facts. Raises Problem 404."""
        known = await self._registry.tenant(slug)
        if known is None:
            raise not_found("municipality")
        return known

    async def takes_part(self, slug: str) -> bool:
        return await self._registry.is_tenant(slug)

    async def named(self, slug: str) -> dict[str, Any] | None:
        """`{slug, name}`; None for one that takes part no more."""
        known = await self._registry.tenant(slug)
        return {"slug": slug, "name": known["name"]} if known else None

    async def names(self, slugs: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """By slug; one that is not known (any more) is called by its slug."""
        known = {slug: await self._registry.tenant(slug) for slug in slugs}
        return {slug: facts["name"] if facts else {"de": slug} for slug, facts in known.items()}

    async def language_of_documents(self, slug: str) -> Language:
        """The municipality's first language where it is one of those that documents exist in."""
        return "en" if (await self.get(slug))["languages"][0] == "en" else "de"
