"""Benchmark waves as the programme office runs them: open, take back, merge or drop groups, look."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from chassis.clock import Clock
from chassis.http.problems import FieldError, Problem, conflict, invalid, not_found
from chassis.storage.aggregates import MAX_ATTEMPTS, Conflict
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope, of_platform
from contracts import reporting as events
from services.reporting.domain.wave import Group, Merge, Refusal, Status, check_consent, check_removal, regrouped
from services.reporting.results.repository import AssessmentRepository
from services.reporting.waves import words_staff as words
from services.reporting.waves.documents import Consent, Wave
from services.reporting.waves.repository import WaveRepository


class BenchmarkWaves:
    """Opens, removes and regroups waves, and takes consents; freezing and publication stand beside it."""

    def __init__(self, waves: WaveRepository, assessments: AssessmentRepository, clock: Clock) -> None:
        self._waves = waves
        self._assessments = assessments
        self._clock = clock

    async def open(
        self,
        title: Mapping[str, str],
        questionnaire: str,
        versions: Sequence[str],
        groups: Sequence[Group],
        minimum: int,
        opens_at: datetime,
        freezes_at: datetime,
        key: IdempotencyKey,
    ) -> tuple[Wave, bool]:
        """A new wave, and whether it stood there from an earlier request. Raises Problem 422: an unknown questionnaire."""
        now = self._clock.now()
        questionnaires = await self._assessments.list_questionnaires(
            [f"{questionnaire}:{version}" for version in versions]
        )
        if len(questionnaires) < len(set(versions)):
            raise invalid(FieldError("/questionnaire", words.QUESTIONNAIRE))
        wave = Wave(
            id=key.new_document_id(),
            tenant=of_platform().tenant,
            title=dict(title),
            questionnaire=questionnaire,
            versions=tuple(dict.fromkeys(versions)),
            groups=tuple(groups),
            minimum=minimum,
            opens_at=opens_at,
            freezes_at=freezes_at,
            due_at=freezes_at,
            created_at=now,
            changed_at=now,
        )
        opened = events.WaveOpened(
            wave_id=wave.id,
            questionnaire_id=questionnaire,
            versions=wave.versions,
            groups=tuple(group.id for group in groups),
            minimum=minimum,
            opens_at=opens_at,
            freezes_at=freezes_at,
        )
        _, replayed = await self._waves.add_once(of_platform(), wave, (opened,), None, key, now)
        return (await self.get(wave.id) if replayed else wave), replayed

    async def get(self, id: str) -> Wave:
        """A wave, whatever its state. Raises Problem 404."""
        wave = await self._waves.get_wave(id)
        if wave is None:
            raise not_found("benchmark wave")
        return wave

    async def list_all(self, *statuses: Status) -> list[Wave]:
        """The newest first, without their figures; of these states, or all."""
        return await self._waves.list_all(*statuses)

    async def count_taking_part(self, id: str) -> int:
        """How many municipalities take part so far."""
        return await self._waves.count_taking_part(id)

    async def regroup(self, id: str, drop: Sequence[str], merges: Sequence[Merge]) -> Wave:
        """Merge or drop groups before the publication. Raises Problem 404, 409."""
        now = self._clock.now()
        joined = await self._waves.get_joined(id)
        if joined is None:
            raise not_found("benchmark wave")
        try:
            groups = regrouped(joined.wave.status, joined.wave.groups, drop, merges)
        except Refusal as refusal:
            raise refused(refusal) from None
        wave_regrouped = events.WaveRegrouped(wave_id=id, groups=tuple(group.id for group in groups))
        try:
            await self._waves.write(
                joined, {"groups": msgspec.to_builtins(groups), "changed_at": now}, (), (wave_regrouped,), now
            )
        except Conflict:
            raise conflict("wave-changed", words.CHANGED) from None
        return await self.get(id)

    async def remove(self, id: str) -> None:
        """Take back a wave in which nobody takes part. Raises Problem 404; 409 where somebody does."""
        now = self._clock.now()
        for _ in range(MAX_ATTEMPTS):
            joined = await self._waves.get_joined(id)
            if joined is None:
                raise not_found("benchmark wave")
            try:
                check_removal(joined.wave.status, len(joined.consents))
            except Refusal as refusal:
                raise refused(refusal) from None
            try:
                removed = {"removed_at": now, "changed_at": now}
                return await self._waves.write(joined, removed, ("due_at",), (events.WaveRemoved(wave_id=id),), now)
            except Conflict:
                continue  # somebody began to take part, or removed it
        raise conflict("wave-changed", words.CHANGED)

    async def list_consents(self, scope: TenantScope) -> dict[str, Consent]:
        """Consents of one municipality, by wave, the newest wave first."""
        return await self._waves.list_consents(scope)

    async def give_consent(self, scope: TenantScope, id: str, assessment: str, named: bool) -> Consent:
        """Take part with a self-check; again: with another, or with another wish about the name.

        Raises Problem: 404; 409 where the wave is not open; 422 where the self-check can't be used.
        """
        wave, now = await self.get(id), self._clock.now()
        await self._check_usable(scope, wave, assessment)
        consent = Consent(assessment=assessment, named=named, at=now)
        wave_consented = events.WaveConsented(
            wave_id=id, municipality=scope.tenant, assessment_id=assessment, named=named
        )
        if not await self._waves.set_consent(scope, id, consent, self._consent_check(now), (wave_consented,), now):
            raise not_found("benchmark wave")  # it was removed meanwhile
        return consent

    async def withdraw(self, scope: TenantScope, id: str) -> None:
        """Take the consent back. Raises Problem: 404; 409 where the wave is frozen."""
        now = self._clock.now()
        wave_withdrawn = events.WaveWithdrawn(wave_id=id, municipality=scope.tenant)
        if not await self._waves.set_consent(scope, id, None, self._consent_check(now), (wave_withdrawn,), now):
            raise not_found("benchmark wave")

    def _consent_check(self, now: datetime) -> Callable[[Wave], None]:
        """What refuses a consent, or taking it back, where the wave is not open now."""

        def check(wave: Wave) -> None:
            try:
                check_consent(wave.status, wave.opens_at, now)
            except Refusal as refusal:
                raise refused(refusal) from None

        return check

    async def _check_usable(self, scope: TenantScope, wave: Wave, assessment: str) -> None:
        self_check = await self._assessments.get(scope, assessment)
        if self_check is None:
            raise invalid(FieldError("/assessment", words.OWN_CHECK))
        if not wave.asks_as(self_check):
            raise invalid(FieldError("/assessment", words.SAME_QUESTIONNAIRE))
        if not self_check.counts_beyond:
            raise invalid(FieldError("/assessment", words.USABLE_CHECK))


def refused(refusal: Refusal) -> Problem:
    """The answer of the API to a refusal."""
    return conflict(re.sub(r"(?<!^)(?=[A-Z])", "-", type(refusal).__name__).lower(), words.REFUSALS[type(refusal)])
