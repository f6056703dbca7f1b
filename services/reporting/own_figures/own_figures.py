"""Use cases: entering figures, and reading one's own."""

from __future__ import annotations

from chassis.clock import Clock
from chassis.storage.tenancy import TenantScope
from services.reporting.own_figures.documents import OwnFigure, OwnFigures
from services.reporting.own_figures.repository import OwnFigureRepository


class EnterOwnFigures:
    """Reads and stores what a municipality enters of itself."""

    def __init__(self, figures: OwnFigureRepository, clock: Clock) -> None:
        self._figures = figures
        self._clock = clock

    async def get(self, scope: TenantScope) -> OwnFigures | None:
        """The municipality's own figures; None where it never entered any."""
        return await self._figures.get_own(scope)

    async def enter(
        self, scope: TenantScope, foreigners: OwnFigure | None, fiscal_strength: OwnFigure | None
    ) -> OwnFigures | None:
        """Store both figures as they are from now on; None takes one away. Others find it within minutes."""
        await self._figures.upsert(scope, foreigners, fiscal_strength, self._clock.now())
        return await self._figures.get_own(scope)
