"""Stores the figures that municipalities enter of themselves."""

from __future__ import annotations

from datetime import datetime

import msgspec
from pymongo import DESCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.repository import Decision, Repository
from chassis.storage.tenancy import TenantScope
from services.reporting.own_figures.documents import OwnFigure, OwnFigures

MOST = 12_000
"""As many as Germany has municipalities and districts."""


class OwnFigureRepository(Repository[OwnFigures]):
    """Stores one document for each municipality."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(OwnFigures, aggregates)

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes([IndexModel([("changed_at", DESCENDING)], name="newest")])

    async def get_own(self, scope: TenantScope) -> OwnFigures | None:
        return await self.get(scope, _id(scope))

    async def get_all(self) -> dict[str, OwnFigures]:
        """Own figures of every municipality, by slug: they are public."""
        return {one.tenant: one for one in await self._find({}, (), MOST)}

    async def get_newest(self) -> datetime | None:
        newest = await self._find({}, [("changed_at", -1)], 1)
        return newest[0].changed_at if newest else None

    async def upsert(
        self, scope: TenantScope, foreigners: OwnFigure | None, fiscal_strength: OwnFigure | None, now: datetime
    ) -> None:
        def change(before: OwnFigures) -> Decision[OwnFigures]:
            return Decision(
                msgspec.structs.replace(before, foreigners=foreigners, fiscal_strength=fiscal_strength, changed_at=now)
            )

        empty = OwnFigures(id=_id(scope), tenant=scope.tenant, changed_at=now)
        await self.change_or_begin(scope, empty, change, now)


def _id(scope: TenantScope) -> str:
    """A key of its own: the slug alone is that of others' documents."""
    return f"own-figures:{scope.tenant}"
