"""Freezing a wave: who takes part, with which figures and which public facts, in one write.

The figures are written first, each under the number of this attempt. Then the wave changes in a single operation, which holds
only if nobody gave or took back consent since they were read; else everything is read again. So a consent that is taken back
at the same moment is either out of the wave or refused, and whoever is cut off has frozen nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from chassis.clock import Clock
from chassis.http.problems import Problem, busy, not_found
from chassis.operations.failpoints import failpoint
from chassis.storage.aggregates import MAX_ATTEMPTS, Conflict
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from contracts import reporting as events
from services.reporting.domain.wave import Facts, Refusal, check_freezing
from services.reporting.results.repository import AssessmentRepository
from services.reporting.similar.similar import SimilarMunicipalities
from services.reporting.waves.documents import Wave, WaveFigures
from services.reporting.waves.repository import Joined, WaveFiguresRepository, WaveRepository
from services.reporting.waves.waves import refused
from services.reporting.waves.words_staff import CONTENDED


class FreezeWaves:
    """Freezes one wave at a time."""

    def __init__(
        self,
        waves: WaveRepository,
        wave_figures: WaveFiguresRepository,
        assessments: AssessmentRepository,
        similar: SimilarMunicipalities,
        clock: Clock,
    ) -> None:
        self._waves = waves
        self._wave_figures = wave_figures
        self._assessments = assessments
        self._similar = similar
        self._clock = clock

    async def freeze(self, id: str, key: IdempotencyKey | None = None) -> Wave:
        """Freeze a wave now. Raises Problem: 404; 409 where it is frozen already or too few take part."""
        for _ in range(MAX_ATTEMPTS):
            joined = await self._waves.get_joined(id)
            if joined is None:
                raise not_found("benchmark wave")
            if key is not None and key.replay_in(joined.stored)[0]:
                return joined.wave
            try:
                check_freezing(joined.wave.status, len(joined.consents), joined.wave.minimum)
                wave_figures = await self._collect_figures(joined)
                check_freezing(joined.wave.status, len(wave_figures), joined.wave.minimum)
            except Refusal as refusal:
                if joined.wave.attempt:
                    await self._wave_figures.delete_other_attempts(id, joined.wave.attempt)
                raise refused(refusal) from None
            await self._wave_figures.upsert_many(wave_figures)
            failpoint("wave.figures_written")
            now, attempt = self._clock.now(), joined.stored["version"]
            changes = {
                "status": "frozen",
                "frozen_at": now,
                "changed_at": now,
                "attempt": attempt,
                "municipalities": len(wave_figures),
            }
            wave_frozen = events.WaveFrozen(wave_id=id, municipalities=len(wave_figures))
            try:
                await self._waves.write(joined, changes, ("due_at",), (wave_frozen,), now, key, {"id": id})
            except Conflict:
                continue
            await self._wave_figures.delete_other_attempts(id, attempt)
            frozen = await self._waves.get_wave(id)
            assert frozen is not None
            return frozen
        raise busy(CONTENDED)

    async def freeze_due(self, document: Document) -> None:
        """The day has come: freeze it. Where too few take part it stays open, and the office decides."""
        try:
            await self.freeze(document["_id"])
        except Problem as problem:
            if problem.status != 409:
                raise
            joined = await self._waves.get_joined(document["_id"])
            if joined is not None and joined.wave.due_at is not None:
                await self._waves.write(joined, {}, ("due_at",), (), self._clock.now())

    async def _collect_figures(self, joined: Joined) -> list[WaveFigures]:
        """The figures of all who take part and still have the self-check they take part with."""
        wave, attempt = joined.wave, joined.stored["version"]
        scores = await self._scores(joined)
        facts = await self._facts(list(scores))
        return [
            WaveFigures(
                id=f"{wave.id}:{attempt}:{slug}",
                tenant=slug,
                wave=wave.id,
                attempt=attempt,
                assessment=joined.consents[slug].assessment,
                named=joined.consents[slug].named,
                facts=facts[slug],
                scores=orjson.dumps(scores[slug]).decode(),
            )
            for slug in sorted(scores)
            if slug in facts
        ]

    async def _scores(self, joined: Joined) -> Mapping[str, Mapping[str, float]]:
        """What each gives, by slug and field: figures that count beyond the municipality alone."""
        slugs_by_assessment = {consent.assessment: slug for slug, consent in joined.consents.items()}
        scores = {}
        async for tenant, id, across in self._assessments.iterate_given_figures(list(slugs_by_assessment)):
            if slugs_by_assessment.get(id) != tenant:
                continue
            by_field = {field: figure["score"] for field, figure in across["fields"].items()}
            if given_scores := {field: score for field, score in by_field.items() if score is not None}:
                scores[tenant] = given_scores
        return scores

    async def _facts(self, slugs: list[str]) -> dict[str, Facts]:
        tenants = await self._wave_figures.get_tenants(slugs)
        places = await self._similar.get_places()
        facts = {}
        for slug, (people, kind, state) in tenants.items():
            place = places.get(slug)
            facts[slug] = Facts(people, kind, state, place.density if place is not None else None)
        return facts
