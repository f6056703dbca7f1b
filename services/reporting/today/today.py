"""The part of reporting in the day: practices to confirm, consents that end, questions without an answer, visits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from chassis.clock import Clock
from chassis.storage.tenancy import TenantScope
from programme.today import MOST, Done, Due, Today, arranged
from services.reporting.practices.documents import Practice
from services.reporting.practices.repository import PracticeRepository
from services.reporting.questions.repository import QuestionRepository
from services.reporting.results.repository import AssessmentRepository
from services.reporting.visits.documents import PeerVisit
from services.reporting.visits.repository import VisitRepository
from services.reporting.waves.repository import WaveRepository

SOON = timedelta(days=30)
"""So long before it is due, a practice is asked for."""


class ReportingToday:
    """Looks at what is the municipality's own, and at waves that it could take part in."""

    def __init__(
        self,
        practices: PracticeRepository,
        questions: QuestionRepository,
        visits: VisitRepository,
        waves: WaveRepository,
        assessments: AssessmentRepository,
        clock: Clock,
    ) -> None:
        self._practices = practices
        self._questions = questions
        self._visits = visits
        self._waves = waves
        self._assessments = assessments
        self._clock = clock

    async def get(self, scope: TenantScope) -> Today:
        """What is due, and what was done last."""
        practices, visits = await asyncio.gather(
            self._practices.list_all(scope), self._visits.list_of_municipality(scope.tenant)
        )
        consents, questions = await asyncio.gather(self._consents(scope), self._unanswered(scope, practices))
        due = [*self._to_confirm(scope, practices), *consents, *questions, *self._visits_due(scope, visits)]
        return arranged(due, [*_of_practices(scope, practices), *_of_visits(scope, visits)])

    def _to_confirm(self, scope: TenantScope, practices: list[Practice]) -> Iterator[Due]:
        soon = self._clock.now() + SOON
        for one in practices:
            by, content = one.state.confirm_by, one.state.published
            if by is not None and content is not None and by <= soon:
                address = f"/reporting/{scope.tenant}/practices/{one.id}/edit"
                yield Due(what="practice-confirm", number=1, until=by, address=address, about=dict(content.title))

    async def _unanswered(self, scope: TenantScope, practices: list[Practice]) -> list[Due]:
        """Questions to own practices, and to the municipality alone, that nobody has answered."""
        about = [("practice", one.id) for one in practices if one.state.published is not None]
        found = await self._questions.list_unanswered([("municipality", scope.tenant), *about], MOST)
        return [
            Due(
                what="question", number=1, address=f"/reporting/{scope.tenant}/questions/{one.id}", about=dict(one.text)
            )
            for one in found
            if one.tenant != scope.tenant
        ]

    async def _consents(self, scope: TenantScope) -> list[Due]:
        """Waves that are open, which a closed self-check fits and in which the municipality does not take part yet."""
        now = self._clock.now()
        waves = [one for one in await self._waves.list_all("open") if one.opens_at <= now < one.freezes_at]
        if not waves:
            return []
        given, checks = await asyncio.gather(self._waves.list_consents(scope), self._assessments.list_all(scope))
        usable = [check for check in checks if check.counts_beyond]
        address = f"/reporting/{scope.tenant}/benchmark"
        return [
            Due(what="consent", number=1, until=one.freezes_at, address=address, about=dict(one.title))
            for one in waves
            if one.id not in given and any(map(one.asks_as, usable))
        ]

    def _visits_due(self, scope: TenantScope, visits: list[PeerVisit]) -> Iterator[Due]:
        now = self._clock.now()
        for one in visits:
            state, address = one.state, f"/reporting/{scope.tenant}/visits/{one.id}"
            about = {"de": state.title}
            if state.may_accept(scope.tenant) and now < state.starts_at:
                yield Due(what="visit-answer", number=1, until=state.starts_at, address=address, about=about)
            if state.status == "accepted" and state.ends_at <= now and scope.tenant in state.taking_part:
                yield Due(what="visit-report", number=1, until=state.report_by, address=address, about=about)


def _of_practices(scope: TenantScope, practices: list[Practice]) -> Iterator[Done]:
    for one in practices:
        state = one.state
        if state.published is None or state.published_at is None:
            continue
        confirmed = state.last_confirmed is not None and state.last_confirmed > state.published_at
        yield Done(
            what="practice-confirmed" if confirmed else "practice-published",
            at=state.last_confirmed or state.published_at,
            address=f"/reporting/{scope.tenant}/practices/{one.id}/edit",
            about=dict(state.published.title),
        )


def _of_visits(scope: TenantScope, visits: list[PeerVisit]) -> Iterator[Done]:
    for one in visits:
        if one.state.status in ("accepted", "reported"):
            address = f"/reporting/{scope.tenant}/visits/{one.id}"
            yield Done(
                what=f"visit-{one.state.status}", at=one.changed_at, address=address, about={"de": one.state.title}
            )
