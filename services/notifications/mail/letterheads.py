"""The letterhead of each municipality, from what events told of it and what it set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cachetools import LRUCache

from chassis.storage.tenancy import TenantScope
from programme.tenant_registry import EventTenantRegistry
from services.notifications.mail.letterhead import Letterhead, OwnSender, of_municipality, platform
from services.notifications.settings.documents import TenantSettings

MOST = 500
"""Municipalities whose letterheads are kept."""


class Letterheads:
    """Made anew when what it is made of was: that is remembered for seconds by those who keep it."""

    def __init__(self, registry: EventTenantRegistry, mail_from: str, public_url: str) -> None:
        self._registry = registry
        self._mail_from = mail_from
        self._public_url = public_url
        self._made: LRUCache[str, tuple[Mapping[str, Any], TenantSettings, Letterhead]] = LRUCache(MOST)

    async def get(self, scope: TenantScope, settings: TenantSettings) -> Letterhead:
        """The municipality's, or the platform's for one that only applied."""
        facts = await self._registry.tenant(scope.tenant)
        if facts is None:
            return platform(self._mail_from, self._public_url)
        of_facts, of_settings, letterhead = self._made.get(scope.tenant, (None, None, None))
        if letterhead is None or of_facts is not facts or of_settings is not settings:
            sender = OwnSender(settings.from_name, settings.own_address, settings.reply_to, settings.signature)
            letterhead = of_municipality(scope.tenant, facts, self._mail_from, self._public_url, sender)
            self._made[scope.tenant] = facts, settings, letterhead
        return letterhead
