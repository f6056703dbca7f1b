"""Deletes what a workshop leaves behind beside the assessment itself, when the assessment is deleted."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.storage.tenancy import TenantScope
from services.selfcheck.measures.measures import Measures
from services.selfcheck.room.repository import Ballots


@dataclass(frozen=True)
class Leftovers:
    """Deletes measures that were not carried over to a later self-check, and ballots."""

    measures: Measures
    ballots: Ballots

    async def remove(self, scope: TenantScope, assessment: str) -> dict[str, int]:
        """Empty them; how many there were, by kind. Repeating it changes nothing and counts the same."""
        return {
            "measures": await self.measures.erase_of(scope, assessment),
            "ballots": await self.ballots.empty(scope, assessment),
        }
