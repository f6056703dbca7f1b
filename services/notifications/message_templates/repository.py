"""Repository of municipalities' own templates."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from cachetools import TTLCache
from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates, Exists
from chassis.storage.documents import from_stored
from chassis.storage.mongo import Database
from chassis.storage.repository import Decision, Repository
from chassis.storage.single_flight import SingleFlightCache
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import LANGUAGES
from services.notifications.message_templates.defaults import default
from services.notifications.message_templates.documents import MessageTemplate
from services.notifications.wording.rendered_text import Template, Templates

COLLECTION = "message_templates"
REMEMBERED = 2.0
"""Seconds for which templates are cached: a publication is in force after them at the latest."""

OwnTemplates = dict[tuple[str, str], Template]
"""A municipality's own templates by kind and language."""


class TemplateRepository(Repository[MessageTemplate]):
    """Stores one document for each kind and language that a municipality changed."""

    def __init__(self, database: Database) -> None:
        self._all = Aggregates(database, COLLECTION)
        super().__init__(MessageTemplate, self._all)
        self._cache: SingleFlightCache[OwnTemplates] = SingleFlightCache(TTLCache(2_000, REMEMBERED))

    async def ensure_indexes(self) -> None:
        order = [("tenant", ASCENDING), ("kind", ASCENDING), ("language", ASCENDING)]
        await self._all.ensure_indexes([IndexModel(order, name="kind")])

    async def get_in_force(self, scope: TenantScope) -> Templates:
        """The texts in force: the municipality's where it published one, else the product's, in the nearest language."""
        own = await self._cache.get(scope.tenant, lambda: self._load_published(scope))
        return lambda kind, language: _nearest(own, kind, language)

    async def _load_published(self, scope: TenantScope) -> OwnTemplates:
        """The templates that the municipality published."""
        return {
            (template.kind, template.language): Template(
                version.subject, version.body, template.language, version.sms, version.version
            )
            for template in await self.list_all(scope)
            if (version := template.in_force) is not None
        }

    async def list_all(self, scope: TenantScope, **conditions: str) -> list[MessageTemplate]:
        """Every template of the municipality."""
        return await self._find(scope.filter(**conditions))

    async def get_text(self, scope: TenantScope, kind: str, language: str) -> MessageTemplate | None:
        return await self.get(scope, self.id(scope, kind, language))

    async def decide(
        self,
        scope: TenantScope,
        kind: str,
        language: str,
        decision: Callable[[MessageTemplate], MessageTemplate],
        now: datetime,
    ) -> MessageTemplate:
        """Change the template of a kind in a language, creating it where there is none."""
        id = self.id(scope, kind, language)
        empty = MessageTemplate(id=id, tenant=scope.tenant, kind=kind, language=language)
        if await self.get(scope, id) is None:
            decision(empty)  # refused before anything is stored
            with suppress(Exists):
                await self.add(scope, empty, (), now)

        def decide(current: MessageTemplate) -> Decision[MessageTemplate]:
            return Decision(decision(current))

        await self.change(scope, id, decide, now)
        self._cache.invalidate(scope.tenant)
        stored = await self._all.load(scope, id)
        assert stored is not None
        return from_stored(MessageTemplate, stored)

    def id(self, scope: TenantScope, kind: str, language: str) -> str:
        return f"{scope.tenant}:{kind}:{language}"


def _nearest(own: OwnTemplates, kind: str, language: str) -> Template:
    """The template in the nearest language: Leichte Sprache falls back to German; every other language has a text of the product."""
    chain = LANGUAGES[language].fallbacks if language in LANGUAGES else ("en", "de")
    if (kind, language) in own:
        return own[kind, language]
    product_text = default(kind, language)
    if product_text.language != language:
        return next((own[kind, code] for code in chain if (kind, code) in own), product_text)
    return product_text
