"""Gathers the content of the council pack of a closed self-check, and makes its files one at a time.

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
from services.reporting.domain.action_plan import PreviousWave, with_plan
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
            makers = await self._files(scope, request)
            return await asyncio.to_thread((lambda: pack(makers)) if name == PACK else makers[name])

    async def typeset_in_queue(self, make: Callable[[], bytes]) -> bytes:
        """Another document, made in its turn like those of the packs."""
        async with self.turns:
            return await asyncio.to_thread(make)

    async def get_wording(self, scope: TenantScope, assessment: str, language: Language) -> Wording:
        """The content in a language. Raises as `make_file`."""
        return Wording(await self.get_content(scope, assessment), language)

    async def get_content(self, scope: TenantScope, assessment: str) -> Council:
        """What every paper is made of, as it is today, with what stands in the action plan. Raises as `make_file`."""
        profile = await self._profiles.get_closed(scope, assessment)
        assert profile.overall is not None
        facts = await self._municipalities.get(scope.tenant)
        questions = [] if profile.questionnaire is None else profile.questionnaire.questions
        asked_questions = [{"id": one.id, "field": one.field, "title": one.title} for one in questions]
        assessment_row = profile.assessment
        council = Council(
            municipality=facts["name"],
            title=assessment_row.title,
            source=Source(
                assessment_row.at,
                self._clock.now(),
                assessment_row.questionnaire_id,
                assessment_row.version,
                assessment_row.rules,
                profile.questionnaire.title if profile.questionnaire else {},
            ),
            overall=profile.overall,
            consensus=profile.consensus,
            lines=profile.lines,
            questions=questions_by_field(asked_questions, assessment_row.figures()),
            perspectives=[(one.id, one.title) for one in assessment_row.perspectives],
            measures=await self._measures.list_of_assessment(scope, assessment),
        )
        plan = await self._plans.get(scope, assessment)
        return with_plan(council, plan.state.fields) if plan else council

    async def _files(self, scope: TenantScope, request: Request) -> dict[str, Callable[[], bytes]]:
        wording = await self.get_wording(scope, request.assessment, request.language)
        previous_wave = await self.get_previous_wave(scope, request.assessment)
        return dict(files(wording, rfc3339(wording.council.source.as_of), request.address, previous_wave))

    async def get_previous_wave(self, scope: TenantScope, assessment: str) -> PreviousWave | None:
        """Scores and measures of the wave before: of fields whose line over the years reaches back to it, and what became of the
        measures that were agreed on then."""
        previous = await self._series.get_wave_before(scope, assessment)
        if previous is None:
            return None
        statuses = [one.status for one in await self._measures.list_of_wave(scope, previous.assessment)]
        return PreviousWave(
            when=previous.closed_at.astimezone(BERLIN).strftime("%m/%Y"),
            scores=previous.scores,
            agreed=len(statuses),
            done=statuses.count("done"),
            dropped=statuses.count("dropped"),
        )
