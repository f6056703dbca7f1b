"""Publishing a frozen wave: audited first, against everything published before, and once for all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from chassis.clock import Clock, rfc3339
from chassis.http.problems import Problem, conflict, not_found
from chassis.storage.aggregates import Conflict
from chassis.storage.idempotency import IdempotencyKey
from contracts import reporting as events
from disclosure.wave_audit import WITHIN, Checked
from disclosure.wave_figures import CLASS, LEAST, LEAST_FOR_QUARTILES
from services.reporting.domain.wave import Refusal, check_publication
from services.reporting.domain.wave_settling import FieldToAudit, Settled
from services.reporting.waves.auditing import Auditor, fields_to_audit
from services.reporting.waves.documents import DisclosedFigure, Wave, WaveFigures
from services.reporting.waves.repository import WaveFiguresRepository, WaveRepository
from services.reporting.waves.waves import refused
from services.reporting.waves.words_staff import CHANGED

RULE = 1
"""The version of the rules by which waves are made and audited."""
MOST_COUNTEREXAMPLES = 20


class Disclosure(Problem):
    """The audit failed. `counterexample`: fields with groups (of this wave, and of earlier ones) that together give somebody away."""

    def __init__(self, wave: Wave, failed: Sequence[Settled]) -> None:
        super().__init__(
            409,
            "disclosure",
            "Somebody could be recognised",
            "With these groups somebody could tell another municipality's figure within ten points. Merge or drop groups, or leave "
            "out what gives it away, and publish again.",
        )
        counterexamples = [
            _counterexample(wave, settled.field, groups) for settled in failed for groups in settled.counterexamples
        ]
        self.counterexample = counterexamples[:MOST_COUNTEREXAMPLES]

    def body(self) -> dict[str, object]:
        return {**Problem.body(self), "counterexample": self.counterexample}


def _counterexample(wave: Wave, field: str, groups: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Groups, each with its wave, that together give somebody away, as the answer of the API names them."""
    return {
        "field": field,
        "groups": sorted({group for wave_id, group in groups if wave_id == wave.id}),
        "earlier_waves": [{"wave": wave_id, "group": group} for wave_id, group in groups if wave_id != wave.id],
    }


class PublishWaves:
    """Audits a wave and publishes it."""

    def __init__(
        self, waves: WaveRepository, wave_figures: WaveFiguresRepository, auditor: Auditor, clock: Clock
    ) -> None:
        self._waves = waves
        self._wave_figures = wave_figures
        self._auditor = auditor
        self._clock = clock

    async def publish(self, id: str, suppress: bool, key: IdempotencyKey | None = None) -> Wave:
        """Audit and publish a wave. `suppress`: leave out what gives somebody away, and audit again.

        Raises:
            Disclosure: 409, the audit failed.
            Problem: 404; 409 where the wave is not frozen, or changed while it was audited.
        """
        joined = await self._waves.get_joined(id)
        if joined is None:
            raise not_found("benchmark wave")
        wave = joined.wave
        if key is not None and key.replay_in(joined.stored)[0]:
            return wave
        try:
            check_publication(wave.status)
        except Refusal as refusal:
            raise refused(refusal) from None
        wave_figures, earlier = await self._wave_figures.list_of_wave(wave), await self.list_earlier(wave)
        fields = await asyncio.to_thread(fields_to_audit, wave, wave_figures, earlier)
        settled = await self._auditor.audit(fields, suppress)
        if failed := [one for one in settled if one.counterexamples]:
            raise Disclosure(wave, failed)
        now = self._clock.now()
        figures = [DisclosedFigure.of(cell.group, one.field, cell.published) for one in settled for cell in one.cells]
        certificate = _certificate(wave, fields, settled, len(earlier), rfc3339(now))
        changes = {
            "status": "published",
            "published_at": now,
            "changed_at": now,
            "figures": msgspec.to_builtins(figures),
            "certificate": certificate,
        }
        wave_published = events.WavePublished(
            wave_id=id,
            groups=tuple(group.id for group in wave.groups),
            shown=len(figures),
            suppressed=len(certificate["suppressed"]),
        )
        try:
            await self._waves.write(joined, changes, (), (wave_published,), now, key, {"id": id})
        except Conflict:
            raise conflict("wave-changed", CHANGED) from None
        published = await self._waves.get_wave(id)
        assert published is not None
        return published

    async def list_earlier(self, wave: Wave) -> list[tuple[Wave, list[WaveFigures]]]:
        """Published waves but this one, with what is still kept of what was given to them."""
        published = [one for one in await self._waves.list_published() if one.id != wave.id]
        return [(one, await self._wave_figures.list_of_wave(one)) for one in published]


def _certificate(
    wave: Wave, fields: Sequence[FieldToAudit], settled: Sequence[Settled], earlier: int, audited_at: str
) -> dict[str, Any]:
    """The record of the audit, which explains why a figure is published or left out."""
    checked = Checked()
    for audited in settled:
        checked.add(audited.checked)
    cells_to_publish = {(cell.group, one.field) for one in fields for cell in one.new}
    all_cells = [(group.id, one.field) for group in wave.groups for one in fields]
    return {
        "rule": RULE,
        "audited_at": audited_at,
        "within_points": WITHIN,
        "class_points": CLASS,
        "minimum": max(wave.minimum, LEAST),
        "minimum_for_quartiles": max(wave.minimum, LEAST_FOR_QUARTILES),
        "municipalities": wave.municipalities,
        "fields": len(fields),
        "groups": len(wave.groups),
        "earlier_waves": earlier,
        "figures_checked": checked.cells,
        "viewers_checked": checked.pairs,
        "programs_solved": checked.programs,
        "too_few": [
            {"group": group, "field": field} for group, field in all_cells if (group, field) not in cells_to_publish
        ],
        "suppressed": [
            {"group": group, "field": audited.field, "what": what}
            for audited in settled
            for group, what in sorted(audited.left_out.items())
        ],
    }
