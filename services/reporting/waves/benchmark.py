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
from services.reporting.waves.documents import Wave, WaveFigures
from services.reporting.waves.repository import WaveFiguresRepository, WaveRepository


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

    def __init__(
        self, waves: WaveRepository, wave_figures: WaveFiguresRepository, assessments: AssessmentRepository
    ) -> None:
        self._waves = waves
        self._wave_figures = wave_figures
        self._assessments = assessments

    async def get(self, scope: TenantScope, wave: str = "", group: str = "") -> Benchmark:
        """The benchmark of a municipality: without a wave the newest, without a group the first that the municipality belongs to. Raises Problem 404."""
        waves = await self._waves.list_all("published")
        listed = next((one for one in waves if one.id == wave or not wave), None)
        if listed is None:
            raise not_found("published benchmark wave")
        published_wave, own = await asyncio.gather(
            self._waves.get_wave(listed.id), self._wave_figures.get_own(scope, listed)
        )
        if published_wave is None:
            raise not_found("published benchmark wave")
        own_groups = frozenset(one.id for one in published_wave.groups if own is not None and belongs(one, own.facts))
        if group:
            chosen_group = published_wave.group(group)
        else:
            groups = published_wave.groups
            chosen_group = next((one for one in groups if one.id in own_groups), groups[0])
        if chosen_group is None:
            raise not_found("group")
        published = {one.field: one.published() for one in published_wave.figures if one.group == chosen_group.id}
        scores = own.by_field() if own is not None else {}
        fields, named_municipalities = await asyncio.gather(
            self._fields(published_wave), self._list_named(published_wave, chosen_group, own)
        )
        lines = [Line(field, published.get(field.id), scores.get(field.id)) for field in fields]
        return Benchmark(published_wave, chosen_group, own_groups, lines, named_municipalities, waves)

    async def _fields(self, wave: Wave) -> list[Titled]:
        """The fields of action of all the wave's versions, as the newest titles them."""
        ids = [f"{wave.questionnaire}:{version}" for version in wave.versions]
        questionnaires = await self._assessments.list_questionnaires(ids)
        fields: dict[str, Titled] = {}
        for id in ids:
            if id in questionnaires:
                fields |= {field.id: field for field in questionnaires[id].fields}
        return list(fields.values())

    async def _list_named(self, wave: Wave, group: Group, own: WaveFigures | None) -> list[Named]:
        """Municipalities that compare themselves by name, where this one does so too; else none."""
        if own is None or not own.named:
            return []
        figures = await self._wave_figures.list_named(wave, group)
        return [Named(one.tenant, one.by_field()) for one in figures if one.tenant != own.tenant]
