"""Gathers what a council is told of a closed self-check, and makes its files one at a time.

Making a document takes processor time and memory, so at most `AT_ONCE` are made side by side in a process; who asks beyond that
waits in line and holds nothing meanwhile: the figures are read when it is their turn, so nothing is told of a self-check that
was deleted while somebody waited.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from chassis.clock import Clock, rfc3339
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import BERLIN
from services.reporting.action_plans.repository import ActionPlanRepository
from services.reporting.council.pack import files, pack
from services.reporting.council.sentences import Language
from services.reporting.council.wording import Wording
from services.reporting.domain.action_plan import PreviousWave, planned
from services.reporting.domain.council import Council, Source, questions_by_field
from services.reporting.measures.agreed import AgreedMeasures
from services.reporting.municipalities import Municipalities
from services.reporting.results.profiles import Profiles
from services.reporting.series.lines import SeriesOfMunicipality

AT_ONCE = 2
PACK = "pack.zip"


@dataclass(frozen=True, slots=True)
class Request:
    """Which files a council pack is to hold. `address`: where they stand on the platform, for those that name each other."""

    assessment: str
    language: Language
    address: str


class CouncilPacks:
    """Council packs, made when they are asked for: they are never older than the figures."""

    def __init__(
        self,
        profiles: Profiles,
        measures: AgreedMeasures,
        series: SeriesOfMunicipality,
        municipalities: Municipalities,
        plans: ActionPlanRepository,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._measures = measures
        self._series = series
        self._municipalities = municipalities
        self._plans = plans
        self._clock = clock
        self.turns = asyncio.Semaphore(AT_ONCE)

    async def make_file(self, scope: TenantScope, request: Request, name: str) -> bytes:
        """One file of the pack, or `pack.zip` with all of them. Raises Problem: 404, or `AssessmentNotClosed`."""
        # Who asks for what is not there need not wait to hear it.
        await self._profiles.get_closed(scope, request.assessment)
        async with self.turns:
            made = await self._files(scope, request)
            return await asyncio.to_thread((lambda: pack(made)) if name == PACK else made[name])

    async def typeset_in_queue(self, make: Callable[[], bytes]) -> bytes:
        """Another document, made in its turn like those of the packs."""
        async with self.turns:
            return await asyncio.to_thread(make)

    async def get_wording(self, scope: TenantScope, assessment: str, language: Language) -> Wording:
        """The content in a language. Raises as `make_file`."""
        return Wording(await self.get_content(scope, assessment), language)

    async def get_content(self, scope: TenantScope, assessment: str) -> Council:
        """What every paper is made of, as it is today, with what stands in the action plan. Raises as `make_file`."""
        found = await self._profiles.get_closed(scope, assessment)
        assert found.overall is not None
        facts = await self._municipalities.get(scope.tenant)
        questions = [] if found.questionnaire is None else found.questionnaire.questions
        asked = [{"id": one.id, "field": one.field, "title": one.title} for one in questions]
        row = found.assessment
        council = Council(
            municipality=facts["name"],
            title=row.title,
            source=Source(
                row.at,
                self._clock.now(),
                row.questionnaire_id,
                row.version,
                row.rules,
                found.questionnaire.title if found.questionnaire else {},
            ),
            overall=found.overall,
            consensus=found.consensus,
            lines=found.lines,
            questions=questions_by_field(asked, row.figures()),
            perspectives=[(one.id, one.title) for one in row.perspectives],
            measures=await self._measures.list_of_assessment(scope, assessment),
        )
        plan = await self._plans.get(scope, assessment)
        return planned(council, plan.state.fields) if plan else council

    async def _files(self, scope: TenantScope, request: Request) -> dict[str, Callable[[], bytes]]:
        wording = await self.get_wording(scope, request.assessment, request.language)
        before = await self.get_previous_wave(scope, request.assessment)
        return dict(files(wording, rfc3339(wording.council.source.as_of), request.address, before))

    async def get_previous_wave(self, scope: TenantScope, assessment: str) -> PreviousWave | None:
        """The wave before: scores of fields whose line over the years reaches back to it, and what became of its measures."""
        found = await self._series.get_wave_before(scope, assessment)
        if found is None:
            return None
        agreed = [one.status for one in await self._measures.list_of_wave(scope, found.assessment)]
        return PreviousWave(
            when=found.closed_at.astimezone(BERLIN).strftime("%m/%Y"),
            scores=found.scores,
            agreed=len(agreed),
            done=agreed.count("done"),
            dropped=agreed.count("dropped"),
        )
