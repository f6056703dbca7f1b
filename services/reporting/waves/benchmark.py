"""What a municipality is told of a published wave: classes of a group, and where its own figures lie beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.http.problems import not_found
from chassis.storage.tenancy import TenantScope
from disclosure.wave_figures import Band, Published, band
from services.reporting.domain.wave import Group, belongs
from services.reporting.results.documents import Titled
from services.reporting.results.repository import AssessmentRepository
from services.reporting.waves.documents import GivenFigures, Wave
from services.reporting.waves.repository import GivenRepository, WaveRepository


@dataclass(frozen=True, slots=True)
class Line:
    """A field of action. `published` None: too few, or left out. `own`: the municipality's own figure, if it gave one."""

    field: Titled
    published: Published | None
    own: float | None

    @property
    def band(self) -> Band | None:
        return None if self.own is None or self.published is None else band(self.own, self.published)


@dataclass(frozen=True, slots=True)
class Named:
    """A municipality that compares itself by name, as this one does."""

    slug: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The comparison page of a wave. `own_groups`: those that the municipality belongs to; `waves`: published ones, the newest
    first."""

    wave: Wave
    group: Group
    own_groups: frozenset[str]
    lines: Sequence[Line]
    named: Sequence[Named]
    waves: Sequence[Wave]


class Benchmarks:
    """Reads published waves."""

    def __init__(self, waves: WaveRepository, given: GivenRepository, assessments: AssessmentRepository) -> None:
        self._waves = waves
        self._given = given
        self._assessments = assessments

    async def get(self, scope: TenantScope, wave: str = "", group: str = "") -> Benchmark:
        """The benchmark of a municipality: without a wave the newest, without a group the first that the municipality belongs to. Raises Problem 404."""
        waves = await self._waves.list_all("published")
        listed = next((one for one in waves if one.id == wave or not wave), None)
        if listed is None:
            raise not_found("published benchmark wave")
        found, own = await asyncio.gather(self._waves.get_wave(listed.id), self._given.get_own(scope, listed))
        if found is None:
            raise not_found("published benchmark wave")
        mine = frozenset(one.id for one in found.groups if own is not None and belongs(one, own.facts))
        chosen = found.group(group) if group else next((one for one in found.groups if one.id in mine), found.groups[0])
        if chosen is None:
            raise not_found("group")
        published = {one.field: one.published() for one in found.figures if one.group == chosen.id}
        scores = own.by_field() if own is not None else {}
        fields, named = await asyncio.gather(self._fields(found), self._named(found, chosen, own))
        lines = [Line(field, published.get(field.id), scores.get(field.id)) for field in fields]
        return Benchmark(found, chosen, mine, lines, named, waves)

    async def _fields(self, wave: Wave) -> list[Titled]:
        """Of all versions, as the newest titles them."""
        ids = [f"{wave.questionnaire}:{version}" for version in wave.versions]
        known = await self._assessments.list_questionnaires(ids)
        titled: dict[str, Titled] = {}
        for id in ids:
            if id in known:
                titled |= {field.id: field for field in known[id].fields}
        return list(titled.values())

    async def _named(self, wave: Wave, group: Group, own: GivenFigures | None) -> list[Named]:
        """Both show their names, or nobody sees anything."""
        if own is None or not own.named:
            return []
        named = await self._given.list_named(wave, group)
        return [Named(one.tenant, one.by_field()) for one in named if one.tenant != own.tenant]
