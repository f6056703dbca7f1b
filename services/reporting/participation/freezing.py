"""Once a day the counts of who takes part are frozen, for everybody who may not see registrations.

A count that is looked at again and again tells by its changes who came and went; from one day to the next it tells as little as
the small-count rule lets it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from chassis.clock import Clock
from chassis.ids import Secrets
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from chassis.text.languages import BERLIN
from services.reporting.domain.small_counts import Count
from services.reporting.participation.documents import FrozenGathering, cells
from services.reporting.participation.repository import Grouped, ParticipationRepository

AT = time(2)
"""In the night, in Germany; each municipality at a minute of its own within the hour."""


class FreezeParticipation:
    """Carried out by a job, for one municipality at a time."""

    def __init__(self, participation: ParticipationRepository, clock: Clock, secrets: Secrets) -> None:
        self._participation = participation
        self._clock = clock
        self._secrets = secrets

    async def carry_out(self, freezing: Document) -> None:
        """Freeze what is due."""
        await self.freeze(of_document(freezing))

    async def freeze(self, scope: TenantScope) -> None:
        """Freeze the municipality's counts as they are now."""
        now, participation = self._clock.now(), self._participation
        languages = _by_gathering(await participation.count_by_language(scope))
        support = _by_gathering(await participation.count_by_support(scope))
        channels = _by_gathering(await participation.count_by_channel(scope))
        frozen = [
            FrozenGathering(
                id=gathering.id,
                tenant=scope.tenant,
                kind=gathering.kind,
                starts_at=gathering.starts_at,
                frozen_at=now,
                languages=cells(languages.get(gathering.id, {})),
                support=cells(support.get(gathering.id, {})),
                channels=cells(channels.get(gathering.id, {})),
                attended=gathering.attended.people if gathering.attended else None,
            )
            for gathering in await participation.list_gatherings(scope)
        ]
        await participation.freeze(scope, frozen, now, self._next(scope.tenant, now))

    def _next(self, slug: str, now: datetime) -> datetime:
        local = now.astimezone(BERLIN)
        minute = int(self._secrets.derived_id("freezing", slug)[:8], 16) % 60
        day = datetime.combine(local.date() + timedelta(days=1), AT, BERLIN)
        return (day + timedelta(minutes=minute)).astimezone(now.tzinfo)


def _by_gathering(grouped: Iterable[Grouped]) -> dict[str, dict[str, Count]]:
    counts: dict[str, dict[str, Count]] = {}
    for group in grouped:
        counts.setdefault(group.gathering, {})[group.key] = group.count
    return counts
