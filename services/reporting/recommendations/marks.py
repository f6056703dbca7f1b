"""Public marks: a municipality in the upper band of a published wave lets its practice say so.

A mark tells everybody a bound of one's own figure, by one's own will. It must not tell anything about others: before it is given,
the wave is audited as if everybody knew the figures of all who carry a mark.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import msgspec

from chassis.clock import Clock
from chassis.http.problems import FieldError, Problem, conflict, invalid
from chassis.storage.aggregates import Exists
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from contracts import reporting as events
from disclosure.wave_figures import band
from services.reporting.domain.wave import belongs
from services.reporting.practices.library import PracticeLibrary
from services.reporting.recommendations.documents import Mark
from services.reporting.recommendations.repository import MarkRepository, id_of
from services.reporting.recommendations.words_staff import NOT_NAMED, NOT_OFFERED, OTHERS_EXPOSED
from services.reporting.waves.auditing import Auditor, fields_to_audit
from services.reporting.waves.documents import Wave
from services.reporting.waves.publishing import PublishWaves
from services.reporting.waves.repository import WaveFiguresRepository, WaveRepository


@dataclass(frozen=True, slots=True)
class Offer:
    """A field in whose upper band the municipality stands: in this group of this wave."""

    field: str
    wave: Wave
    group: str


class PracticeMarks:
    """Gives marks, and takes them back."""

    def __init__(
        self,
        marks: MarkRepository,
        waves: WaveRepository,
        wave_figures: WaveFiguresRepository,
        publishing: PublishWaves,
        auditor: Auditor,
        library: PracticeLibrary,
        clock: Clock,
    ) -> None:
        self._marks = marks
        self._waves = waves
        self._wave_figures = wave_figures
        self._publishing = publishing
        self._auditor = auditor
        self._library = library
        self._clock = clock

    async def list_of_practice(self, practice: str) -> list[Mark]:
        return await self._marks.list_of_practice(practice)

    async def list_offered(self, scope: TenantScope, practice: str) -> list[Offer]:
        """The practice's fields in whose upper band its municipality stands in the newest wave that it gave figures to."""
        state = (await self._library.get(scope, practice)).state
        content = state.published
        if content is None or state.retired or not content.named:
            return []
        return [offer for offer in await self._offers_of_newest_wave(scope) if offer.field in content.fields]

    async def _offers_of_newest_wave(self, scope: TenantScope) -> list[Offer]:
        """Fields in whose upper band the municipality stands, in the newest published wave that it gave figures to."""
        for listed in await self._waves.list_all("published"):
            own = await self._wave_figures.get_own(scope, listed)
            if own is None:
                continue
            wave = await self._waves.get_wave(listed.id)
            assert wave is not None
            own_groups, scores = {group.id for group in wave.groups if belongs(group, own.facts)}, own.by_field()
            offers: dict[str, Offer] = {}
            for figure in wave.figures:
                score = scores.get(figure.field)
                if figure.group in own_groups and score is not None and band(score, figure.published()) == "upper":
                    offers.setdefault(figure.field, Offer(figure.field, wave, figure.group))
            return list(offers.values())
        return []

    async def mark(self, scope: TenantScope, practice: str, field: str) -> Mark:
        """Let a practice carry a mark. Raises Problem: 404; 422 where no mark is offered; 409 `disclosure` where it would give others away."""
        content = (await self._library.get(scope, practice)).state.published
        if content is None or not content.named:
            raise conflict("practice-not-named", NOT_NAMED)
        offer = next((one for one in await self.list_offered(scope, practice) if one.field == field), None)
        if offer is None:
            raise invalid(FieldError("/field", NOT_OFFERED))
        await self._check_disclosure(scope, offer)
        now = self._clock.now()
        mark = Mark(
            id=id_of(practice, field),
            tenant=scope.tenant,
            practice=practice,
            field=field,
            wave=offer.wave.id,
            group=offer.group,
            given_at=now,
        )
        marked_events = (events.PracticeMarked(practice_id=practice, field=field, wave_id=offer.wave.id),)
        try:
            await self._marks.add(scope, mark, marked_events, now)
        except Exists:

            def mark_again(before: Mark) -> Decision[Mark] | None:
                same = before.active and before.wave == mark.wave
                return None if same else Decision(mark, marked_events)

            await self._marks.change(scope, mark.id, mark_again, now)
        return mark

    async def unmark(self, scope: TenantScope, practice: str, field: str) -> None:
        """Take a mark back; once more changes nothing. Raises Problem 404: the municipality has no such practice."""
        await self._library.get(scope, practice)
        unmarked_events = (events.PracticeUnmarked(practice_id=practice, field=field),)

        def take_back(before: Mark) -> Decision[Mark] | None:
            return Decision(msgspec.structs.replace(before, active=False), unmarked_events) if before.active else None

        await self._marks.change(scope, id_of(practice, field), take_back, self._clock.now())

    async def _check_disclosure(self, scope: TenantScope, offer: Offer) -> None:
        """Audit the wave as if everybody knew the figures of all who carry this mark. Raises Problem 409."""
        wave_figures = await self._wave_figures.list_of_wave(offer.wave)
        slugs = {scope.tenant, *(mark.tenant for mark in await self._marks.list_of_wave(offer.wave.id, offer.field))}
        marked = {one.assessment for one in wave_figures if one.tenant in slugs}
        earlier = await self._publishing.list_earlier(offer.wave)
        fields = await asyncio.to_thread(
            fields_to_audit, offer.wave, wave_figures, earlier, {offer.field: marked}, [offer.field]
        )
        settled = await self._auditor.audit(fields, suppress=False)
        if any(one.counterexamples for one in settled):
            raise Problem(409, "disclosure", "Somebody could be recognised", OTHERS_EXPOSED)
