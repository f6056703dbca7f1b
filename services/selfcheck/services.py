"""The composed use cases of selfcheck, as routes get them."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from chassis.clock import Clock
from chassis.ids import Secrets
from chassis.storage.tenancy import TenantScope
from services.selfcheck.agenda.agenda import WorkshopAgenda
from services.selfcheck.answering.answering import Answering
from services.selfcheck.answering.handing_on import HandingOn
from services.selfcheck.assessments.assessments import Assessments, to_response
from services.selfcheck.assessments.lifecycle import Lifecycle
from services.selfcheck.assessments.schemas import AssessmentResponse
from services.selfcheck.erasure.erasure_by_link import ErasureByLink
from services.selfcheck.evidence.evidence import EvidenceStore
from services.selfcheck.invitations.invitations import Invitations
from services.selfcheck.invitations.invited import InvitedPeople
from services.selfcheck.measures.measures import Measures
from services.selfcheck.metrics import SelfcheckMetrics
from services.selfcheck.perspectives.comparison import PerspectiveComparison
from services.selfcheck.questionnaires.repository import Questionnaires
from services.selfcheck.results.results import Results
from services.selfcheck.room.room import Room
from services.selfcheck.room.voting import Voting
from services.selfcheck.today.today import SelfcheckToday
from services.selfcheck.workshop.board import Board
from services.selfcheck.workshop.workshop import Workshop


@dataclass(frozen=True)
class Services:
    """The composed service, found by routes in `request.app.state.selfcheck`."""

    questionnaires: Questionnaires
    assessments: Assessments
    invitations: Invitations
    invited: InvitedPeople
    lifecycle: Lifecycle
    answering: Answering
    handing_on: HandingOn
    erasure_by_link: ErasureByLink
    evidence: EvidenceStore
    results: Results
    comparison: PerspectiveComparison
    workshop: Workshop
    agenda: WorkshopAgenda
    board: Board
    room: Room
    voting: Voting
    measures: Measures
    today: SelfcheckToday
    metrics: SelfcheckMetrics
    clock: Clock
    secrets: Secrets

    async def get_assessment(self, scope: TenantScope, id: str) -> AssessmentResponse:
        """An assessment without figures. Raises Problem 404."""
        return to_response(await self.assessments.get(scope, id))


def get_services(request: Request) -> Services:
    """The composed service that answers a request."""
    services: Services = request.app.state.selfcheck
    return services
