"""The part of reporting in the day: practices to confirm, consents that end, questions without an answer, visits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from chassis.clock import Clock
from chassis.storage.tenancy import TenantScope
from programme.today import MOST, Done, Due, Today, build_today
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
        """Tasks that are due, and the newest activities."""
        practices, visits = await asyncio.gather(
            self._practices.list_all(scope), self._visits.list_of_municipality(scope.tenant)
        )
        consents, questions = await asyncio.gather(
            self._waves_to_join(scope), self._unanswered_questions(scope, practices)
        )
        due = [*self._practices_to_confirm(scope, practices), *consents, *questions, *self._visits_due(scope, visits)]
        return build_today(due, [*_done_with_practices(scope, practices), *_done_with_visits(scope, visits)])

    def _practices_to_confirm(self, scope: TenantScope, practices: list[Practice]) -> Iterator[Due]:
        soon = self._clock.now() + SOON
        for practice in practices:
            confirm_by, content = practice.state.confirm_by, practice.state.published
            if confirm_by is not None and content is not None and confirm_by <= soon:
                address = f"/reporting/{scope.tenant}/practices/{practice.id}/edit"
                yield Due(
                    what="practice-confirm", number=1, until=confirm_by, address=address, about=dict(content.title)
                )

    async def _unanswered_questions(self, scope: TenantScope, practices: list[Practice]) -> list[Due]:
        """Questions to own practices, and to the municipality alone, that nobody has answered."""
        about = [("practice", one.id) for one in practices if one.state.published is not None]
        questions = await self._questions.list_unanswered([("municipality", scope.tenant), *about], MOST)
        return [
            Due(
                what="question",
                number=1,
                address=f"/reporting/{scope.tenant}/questions/{question.id}",
                about=dict(question.text),
            )
            for question in questions
            if question.tenant != scope.tenant
        ]

    async def _waves_to_join(self, scope: TenantScope) -> list[Due]:
        """Waves that are open, which a closed self-check fits and in which the municipality does not take part yet."""
        now = self._clock.now()
        waves = [wave for wave in await self._waves.list_all("open") if wave.opens_at <= now < wave.freezes_at]
        if not waves:
            return []
        consents, checks = await asyncio.gather(self._waves.list_consents(scope), self._assessments.list_all(scope))
        usable = [check for check in checks if check.counts_beyond]
        address = f"/reporting/{scope.tenant}/benchmark"
        return [
            Due(what="consent", number=1, until=wave.freezes_at, address=address, about=dict(wave.title))
            for wave in waves
            if wave.id not in consents and any(map(wave.asks_as, usable))
        ]

    def _visits_due(self, scope: TenantScope, visits: list[PeerVisit]) -> Iterator[Due]:
        now = self._clock.now()
        for visit in visits:
            state, address = visit.state, f"/reporting/{scope.tenant}/visits/{visit.id}"
            about = {"de": state.title}
            if state.may_accept(scope.tenant) and now < state.starts_at:
                yield Due(what="visit-answer", number=1, until=state.starts_at, address=address, about=about)
            if state.status == "accepted" and state.ends_at <= now and scope.tenant in state.taking_part:
                yield Due(what="visit-report", number=1, until=state.report_by, address=address, about=about)


def _done_with_practices(scope: TenantScope, practices: list[Practice]) -> Iterator[Done]:
    for practice in practices:
        state = practice.state
        if state.published is None or state.published_at is None:
            continue
        confirmed = state.last_confirmed is not None and state.last_confirmed > state.published_at
        yield Done(
            what="practice-confirmed" if confirmed else "practice-published",
            at=state.last_confirmed or state.published_at,
            address=f"/reporting/{scope.tenant}/practices/{practice.id}/edit",
            about=dict(state.published.title),
        )


def _done_with_visits(scope: TenantScope, visits: list[PeerVisit]) -> Iterator[Done]:
    for visit in visits:
        if visit.state.status in ("accepted", "reported"):
            address = f"/reporting/{scope.tenant}/visits/{visit.id}"
            yield Done(
                what=f"visit-{visit.state.status}",
                at=visit.changed_at,
                address=address,
                about={"de": visit.state.title},
            )
