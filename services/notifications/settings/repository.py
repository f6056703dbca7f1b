"""Where the settings of municipalities are kept."""

from __future__ import annotations

from cachetools import TTLCache

from chassis.storage.documents import from_stored
from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope
from services.notifications.settings.documents import TenantSettings

REMEMBERED = 2.0
"""Seconds for which settings are remembered: a change is in force within them."""


class SettingsRepository:
    """One document for each municipality that set something."""

    def __init__(self, database: Database) -> None:
        self.collection = database["settings"]
        self._known: TTLCache[str, TenantSettings] = TTLCache(2_000, REMEMBERED)

    async def of(self, scope: TenantScope) -> TenantSettings:
        """The settings in force; the defaults where nothing was set."""
        known: TenantSettings | None = self._known.get(scope.tenant)
        if known is None:
            known = self._known[scope.tenant] = await self.current(scope)
        return known

    async def current(self, scope: TenantScope) -> TenantSettings:
        """As `of`, as stored this moment."""
        found = await self.collection.find_one(scope.filter(_id=scope.tenant))
        return from_stored(TenantSettings, found) if found else TenantSettings(id=scope.tenant, tenant=scope.tenant)
