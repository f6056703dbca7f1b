"""Use cases around action plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from chassis.clock import Clock
from chassis.http.problems import not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from services.reporting.action_plans.documents import ActionPlan
from services.reporting.action_plans.refusals_staff import refused
from services.reporting.action_plans.repository import ActionPlanRepository
from services.reporting.council.action_plan import published_plan
from services.reporting.council.packs import CouncilPacks
from services.reporting.council.pdf import as_pdf
from services.reporting.council.wording import Language
from services.reporting.domain.action_plan import (
    Change,
    PlanRefusal,
    PlanState,
    Publish,
    Show,
    Version,
    changes,
    decide_plan,
)
from services.reporting.results.profiles import Profiles


@dataclass(frozen=True, slots=True)
class Edition:
    """A version and what changed since the one before; no `former`: the first."""

    version: Version
    former: Version | None

    @property
    def changes(self) -> list[Change]:
        return changes(self.former, self.version) if self.former else []


class ActionPlans:
    """Plans of self-checks that are there: one that was deleted takes its plan along."""

    def __init__(self, plans: ActionPlanRepository, profiles: Profiles, council: CouncilPacks, clock: Clock) -> None:
        self._plans = plans
        self._profiles = profiles
        self._council = council
        self._clock = clock

    async def state(self, scope: TenantScope, assessment: str) -> PlanState:
        """Raises Problem: 404 no such self-check, or `AssessmentNotClosed`."""
        await self._profiles.closed(scope, assessment)
        found = await self._plans.get(scope, assessment)
        return found.state if found else PlanState()

    async def publish(
        self, scope: TenantScope, assessment: str, foreword: Mapping[str, str], key: IdempotencyKey
    ) -> tuple[Edition, bool]:
        """Freeze the plan of today as its next version. Raises as `state`; 409 too many versions."""
        council = await self._council.content(scope, assessment)
        before = await self._council.before(scope, assessment)
        command = Publish(self._clock.now(), council, before, foreword)
        number, replayed = await self._carry_out(scope, assessment, command, key)
        return edition(await self.state(scope, assessment), number), replayed

    async def show(self, scope: TenantScope, assessment: str, public: bool, indexed: bool) -> PlanState:
        """Let everybody read the newest version, or withdraw it. Raises as `state`; 409 nothing was published yet."""
        await self._profiles.closed(scope, assessment)
        await self._carry_out(scope, assessment, Show(public, indexed), None)
        return await self.state(scope, assessment)

    async def edition(self, scope: TenantScope, assessment: str, number: int | None) -> Edition:
        """A version, the newest where none is named. Raises as `state`; 404 no such version."""
        return edition(await self.state(scope, assessment), number)

    async def public(self, scope: TenantScope, assessment: str, number: int | None) -> tuple[PlanState, Edition]:
        """For everybody. Raises Problem 404, also where it was withdrawn."""
        found = await self._plans.get(scope, assessment)
        if found is None or not found.state.public:
            raise not_found("action plan")
        state = await self.state(scope, assessment)
        return state, edition(state, number)

    async def pdf(self, scope: TenantScope, assessment: str, number: int, language: Language) -> bytes:
        """A version as PDF. Raises as `edition`."""
        found = await self.edition(scope, assessment, number)
        return await self._council.in_turn(lambda: as_pdf(published_plan(found.version, found.former, language)))

    async def _carry_out(
        self, scope: TenantScope, assessment: str, command: Publish | Show, key: IdempotencyKey | None
    ) -> tuple[int, bool]:
        """The newest version's number afterwards, and whether an earlier request did it."""
        now = self._clock.now()

        def change(before: ActionPlan) -> Decision[ActionPlan] | None:
            try:
                state = decide_plan(before.state, command)
            except PlanRefusal as refusal:
                raise refused(refusal) from None
            after = msgspec.structs.replace(before, state=state, changed_at=now)
            return Decision(after, answer=len(state.versions))

        done = await self._plans.put(scope, assessment, change, now, key)
        if done is None:
            raise not_found("assessment")
        return done


def edition(state: PlanState, number: int | None) -> Edition:
    """Raises Problem 404."""
    wanted = len(state.versions) if number is None else number
    if not 1 <= wanted <= len(state.versions):
        raise not_found("version")
    return Edition(state.versions[wanted - 1], state.versions[wanted - 2] if wanted > 1 else None)
