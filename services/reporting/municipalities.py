"""What municipalities are called, and in which language their documents are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chassis.http.problems import FieldError, invalid, not_found
from programme.tenant_registry import EventTenantRegistry
from services.reporting.council.sentences import Language
from services.reporting.municipalities_staff import UNKNOWN


class Municipalities:
    """Reads the tenant registry."""

    def __init__(self, registry: EventTenantRegistry) -> None:
        self._registry = registry

    async def get(self, slug: str) -> dict[str, Any]:
        """Public facts. Raises Problem 404."""
        facts = await self._registry.tenant(slug)
        if facts is None:
            raise not_found("municipality")
        return facts

    async def list_all_but(self, slug: str) -> list[dict[str, Any]]:
        """List the other municipalities that take part, as `{slug, name}`, by their German names: whom a form offers."""
        tenants = await self._registry.all_tenants()
        others = [{"slug": one["_id"], "name": one["name"]} for one in tenants if one["_id"] != slug]
        return sorted(others, key=lambda one: str(one["name"].get("de", one["slug"])).casefold())

    async def check(self, slugs: Mapping[str, str]) -> None:
        """Check that all of these take part. Raises Problem 422 at those that are not known. `slugs`: by the place where they were named, as a JSON pointer."""
        tenants = await self._registry.tenants(slugs.values())
        errors = [FieldError(place, UNKNOWN, {"slug": slug}) for place, slug in slugs.items() if slug not in tenants]
        if errors:
            raise invalid(*errors)

    async def check_open(self, slugs: Mapping[str, str], closed: str) -> None:
        """Check that municipalities can be asked, as `check` does.

        Raises Problem 422, also with the sentence `closed` at those whose pages are closed: nobody there could answer.
        """
        await self.check(slugs)
        errors = [FieldError(place, closed) for place, slug in slugs.items() if not await self.is_open(slug)]
        if errors:
            raise invalid(*errors)

    async def takes_part(self, slug: str) -> bool:
        return await self._registry.is_tenant(slug)

    async def is_open(self, slug: str) -> bool:
        """Whether it takes part and is not suspended."""
        return await self.takes_part(slug) and not await self._registry.is_suspended(slug)

    async def list_named(self, slugs: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Name municipalities: `{slug, name}` by slug, in their order; without those that take part no more."""
        tenants = await self._registry.tenants(slugs)
        return {slug: {"slug": slug, "name": facts["name"]} for slug, facts in tenants.items()}

    async def get_names(self, slugs: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """Names by slug; one that is not known (any more) is called by its slug."""
        slug_list = list(slugs)
        tenants = await self._registry.tenants(slug_list)
        return {slug: tenants[slug]["name"] if slug in tenants else {"de": slug} for slug in slug_list}

    async def language_of_documents(self, slug: str) -> Language:
        """The municipality's first language where it is one of those that documents exist in."""
        return "en" if (await self.get(slug))["languages"][0] == "en" else "de"
