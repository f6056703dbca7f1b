"""Use cases of action plans: writing, publishing and reading them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from chassis.clock import Clock
from chassis.http.problems import FieldError, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from contracts.reporting import ActionPlanShown
from services.reporting.action_plans.documents import ActionPlan
from services.reporting.action_plans.refusals_staff import UNKNOWN_MEASURE, refused
from services.reporting.action_plans.repository import ActionPlanRepository
from services.reporting.council.action_plan import published_plan
from services.reporting.council.packs import CouncilPacks
from services.reporting.council.pdf import as_pdf
from services.reporting.council.sentences import Language
from services.reporting.domain.action_plan import (
    Change,
    FieldPlan,
    PlanCommand,
    PlanRefusal,
    PlanState,
    PreviousWave,
    Publish,
    Show,
    Version,
    Write,
    changes,
    decide_plan,
)
from services.reporting.domain.council import Council
from services.reporting.results.profiles import Profiles


@dataclass(frozen=True, slots=True)
class Edition:
    """A version and what changed since the one before; no `former`: the first."""

    version: Version
    former: Version | None

    @property
    def changes(self) -> list[Change]:
        return changes(self.former, self.version) if self.former else []


@dataclass(frozen=True, slots=True)
class Draft:
    """The plan as it is being written, with the figures and measures of today."""

    state: PlanState
    council: Council
    before: PreviousWave | None


@dataclass(frozen=True, slots=True)
class PublicPlan:
    """A plan as everybody finds it: of which self-check, and when it changed last."""

    assessment: str
    title: Mapping[str, str]
    at: datetime


class ActionPlans:
    """Writes, publishes and reads action plans; a self-check that was deleted takes its plan along."""

    def __init__(self, plans: ActionPlanRepository, profiles: Profiles, council: CouncilPacks, clock: Clock) -> None:
        self._plans = plans
        self._profiles = profiles
        self._council = council
        self._clock = clock

    async def get_state(self, scope: TenantScope, assessment: str) -> PlanState:
        """The stored plan. Raises Problem: 404 no such self-check, or `AssessmentNotClosed`."""
        await self._profiles.get_closed(scope, assessment)
        plan = await self._plans.get(scope, assessment)
        return plan.state if plan else PlanState()

    async def get_draft(self, scope: TenantScope, assessment: str) -> Draft:
        """What the next version would hold. Raises as `get_state`."""
        council, previous_wave = await self._current_content(scope, assessment)
        return Draft(await self.get_state(scope, assessment), council, previous_wave)

    async def save_field(
        self, scope: TenantScope, assessment: str, field: str, plan: FieldPlan, revision: int | None
    ) -> Draft:
        """Replace goal, indicators, offices and budgets of a field. Raises as `get_state`; 404 no such field; 409 somebody else changed
        it meanwhile; 422 a measure that is none of the field's."""
        council = await self._council.get_content(scope, assessment)
        if field not in {line.id for line in council.lines}:
            raise not_found("field of action")
        measures_of_field = {one.id for one in council.measures if one.field == field}
        if unknown := [id for id in plan.measures if id not in measures_of_field]:
            raise invalid(*(FieldError(f"/measures/{id}", UNKNOWN_MEASURE) for id in unknown))
        await self._carry_out(scope, assessment, Write(field, plan, revision), None)
        return await self.get_draft(scope, assessment)

    async def publish(
        self, scope: TenantScope, assessment: str, foreword: Mapping[str, str], key: IdempotencyKey
    ) -> tuple[Edition, bool]:
        """Freeze the plan of today as its next version. Raises as `get_state`; 409 too many versions."""
        council, previous_wave = await self._current_content(scope, assessment)
        command = Publish(self._clock.now(), council, previous_wave, foreword)
        number, replayed = await self._carry_out(scope, assessment, command, key)
        return edition(await self.get_state(scope, assessment), number), replayed

    async def set_publicity(self, scope: TenantScope, assessment: str, public: bool, indexed: bool) -> PlanState:
        """Let everybody read the newest version, or withdraw it. Raises as `get_state`; 409 nothing was published yet."""
        await self._profiles.get_closed(scope, assessment)
        await self._carry_out(scope, assessment, Show(public, indexed), None)
        return await self.get_state(scope, assessment)

    async def get_edition(self, scope: TenantScope, assessment: str, number: int | None) -> Edition:
        """A version, the newest where none is named. Raises as `get_state`; 404 no such version."""
        return edition(await self.get_state(scope, assessment), number)

    async def get_public(self, scope: TenantScope, assessment: str, number: int | None) -> tuple[PlanState, Edition]:
        """The published plan, for everybody. Raises Problem 404, also where it was withdrawn."""
        plan = await self._plans.get(scope, assessment)
        if plan is None or not plan.state.public:
            raise not_found("action plan")
        state = await self.get_state(scope, assessment)
        return state, edition(state, number)

    async def make_pdf(self, scope: TenantScope, assessment: str, number: int, language: Language) -> bytes:
        """A version as PDF. Raises as `get_edition`."""
        edition = await self.get_edition(scope, assessment, number)
        return await self._council.typeset_in_queue(
            lambda: as_pdf(published_plan(edition.version, edition.former, language))
        )

    async def list_public(self, scope: TenantScope) -> list[PublicPlan]:
        """Plans that everybody may read, the newest first."""
        plans = await self._plans.list_public(scope)
        existing = await self._profiles.filter_existing(scope, [plan.id for plan in plans])
        public_plans = [
            PublicPlan(plan.id, plan.state.versions[-1].council.title, plan.state.versions[-1].at)
            for plan in plans
            if plan.id in existing
        ]
        return sorted(public_plans, key=lambda plan: plan.at, reverse=True)

    async def _current_content(self, scope: TenantScope, assessment: str) -> tuple[Council, PreviousWave | None]:
        council = await self._council.get_content(scope, assessment)
        return council, await self._council.get_previous_wave(scope, assessment)

    async def _carry_out(
        self, scope: TenantScope, assessment: str, command: PlanCommand, key: IdempotencyKey | None
    ) -> tuple[int, bool]:
        """Decide the command and store the plan: the newest version's number afterwards, and whether an earlier request did it."""
        now = self._clock.now()

        def change(before: ActionPlan) -> Decision[ActionPlan] | None:
            try:
                state = decide_plan(before.state, command)
            except PlanRefusal as refusal:
                raise refused(refusal) from None
            after = msgspec.structs.replace(before, state=state, changed_at=now)
            shown = state.public != before.state.public
            events = (ActionPlanShown(assessment_id=assessment, public=state.public),) if shown else ()
            return Decision(after, events, answer=len(state.versions))

        result = await self._plans.upsert(scope, assessment, change, now, key)
        if result is None:
            raise not_found("assessment")
        return result


def edition(state: PlanState, number: int | None) -> Edition:
    """A version of the plan, the newest where none is named. Raises Problem 404."""
    if number is None:
        number = len(state.versions)
    if not 1 <= number <= len(state.versions):
        raise not_found("version")
    return Edition(state.versions[number - 1], state.versions[number - 2] if number > 1 else None)
