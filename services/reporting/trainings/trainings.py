"""Use cases: reading trainings with what was noted of them, and noting it.

Events say that a training took place and how many came; who they were stays in registration. From which offices they came a
coordinator notes here, as numbers. Who may not see registrations is told small numbers folded, by the rule for all counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.clock import Clock
from chassis.http.problems import not_found
from chassis.storage.tenancy import TenantScope
from services.reporting.domain.small_counts import Count, folded, hide_small
from services.reporting.participation.documents import Gathering
from services.reporting.participation.repository import ParticipationRepository
from services.reporting.trainings.documents import Material, OfficePresent, TrainingNotes
from services.reporting.trainings.repository import TrainingRepository


@dataclass(frozen=True, slots=True)
class Training:
    """A training for decision-makers. `attended`: people, None where it is not known or too few; `others`: of offices that are not
    told apart."""

    gathering: Gathering
    attended: int | None
    offices: Sequence[OfficePresent]
    others: int | None
    notes: TrainingNotes | None


class Trainings:
    """Reads trainings with what was noted of them, and notes it."""

    def __init__(self, notes: TrainingRepository, participation: ParticipationRepository, clock: Clock) -> None:
        self._notes = notes
        self._participation = participation
        self._clock = clock

    async def list_all(self, scope: TenantScope, everything: bool) -> list[Training]:
        """Trainings, the latest first. `everything`: for those who see registrations anyway."""
        gatherings = [one for one in await self._participation.list_gatherings(scope) if one.kind == "training"]
        notes = await self._notes.get_many(scope, [one.id for one in gatherings])
        ordered = sorted(gatherings, key=lambda one: one.starts_at, reverse=True)
        return [_training(one, notes.get(one.id), everything) for one in ordered]

    async def get(self, scope: TenantScope, id: str, everything: bool) -> Training:
        """A training with what was noted of it. Raises Problem 404: the municipality has no such training."""
        training = next((one for one in await self.list_all(scope, everything) if one.gathering.id == id), None)
        if training is None:
            raise not_found("training")
        return training

    async def record(
        self, scope: TenantScope, id: str, materials: tuple[Material, ...], offices: tuple[OfficePresent, ...]
    ) -> Training:
        """Note materials and offices, both as they are from now on. Raises as `get`."""
        await self.get(scope, id, everything=True)
        await self._notes.upsert(scope, id, materials, offices, self._clock.now())
        return await self.get(scope, id, everything=True)


def _training(gathering: Gathering, notes: TrainingNotes | None, everything: bool) -> Training:
    """A training as it may be seen: without `everything`, small numbers are folded."""
    attended = gathering.attended.people if gathering.attended else None
    offices = notes.offices if notes else ()
    if everything:
        return Training(gathering, attended, offices, None, notes)
    shown = folded({one.office: Count(one.people, one.people) for one in offices})
    shown_offices = [one for one in offices if one.office in shown.cells]
    attended_shown = None if attended is None else hide_small(attended)
    return Training(gathering, attended_shown, shown_offices, shown.others.people if shown.others else None, notes)
