"""Repository of the settings of municipalities."""

from __future__ import annotations

from collections.abc import Callable

from cachetools import TTLCache

from chassis.clock import Clock
from chassis.storage.aggregates import Aggregates
from chassis.storage.documents import from_stored
from chassis.storage.mongo import Database
from chassis.storage.repository import Decision, Repository
from chassis.storage.single_flight import SingleFlightCache
from chassis.storage.tenancy import TenantScope
from services.notifications.settings.documents import TenantSettings

REMEMBERED = 2.0
"""Seconds for which settings are cached: a change is in force after them at the latest."""


class SettingsRepository(Repository[TenantSettings]):
    """Repository of settings, one document for each municipality that set something."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._all = Aggregates(database, "settings")
        super().__init__(TenantSettings, self._all)
        self.collection = self._all.collection
        self._clock = clock
        self._cache: SingleFlightCache[TenantSettings] = SingleFlightCache(TTLCache(2_000, REMEMBERED))

    async def get_or_default(self, scope: TenantScope) -> TenantSettings:
        """The settings in force; the defaults where nothing was set."""
        return await self._cache.get(scope.tenant, lambda: self.current(scope))

    async def ensure_indexes(self) -> None:
        await self._all.ensure_indexes()

    async def update(self, scope: TenantScope, decide: Callable[[TenantSettings], TenantSettings]) -> TenantSettings:
        """Change the settings, creating them where there are none."""
        empty = TenantSettings(id=scope.tenant, tenant=scope.tenant)
        await self.change_or_begin(scope, empty, lambda current: Decision(decide(current)), self._clock.now())
        self.invalidate(scope.tenant)
        return await self.current(scope)

    def invalidate(self, tenant: str) -> None:
        """Forget the cached settings of a municipality."""
        self._cache.invalidate(tenant)

    async def current(self, scope: TenantScope) -> TenantSettings:
        """The settings as they are stored at this moment, without the cache; the defaults where nothing was set."""
        document = await self.collection.find_one(scope.filter(_id=scope.tenant))
        return (
            from_stored(TenantSettings, document) if document else TenantSettings(id=scope.tenant, tenant=scope.tenant)
        )
