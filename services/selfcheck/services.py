"""The use cases of all features: built once per process, given to routes by `get_services`."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request

from chassis.clock import Clock
from chassis.documents.document_cache import DocumentCache
from chassis.ids import Secrets
from chassis.service_definition import ServiceContext
from chassis.storage.tenancy import TenantScope
from services.selfcheck.agenda.agenda import WorkshopAgenda
from services.selfcheck.answering.answering import Answering
from services.selfcheck.answering.handing_on import HandingOn
from services.selfcheck.answering.saving import Saving
from services.selfcheck.assessments.assessments import Assessments, to_response
from services.selfcheck.assessments.lifecycle import Lifecycle
from services.selfcheck.assessments.reminders import Reminders
from services.selfcheck.assessments.schemas import AssessmentResponse
from services.selfcheck.erasure.erasure import Erasure
from services.selfcheck.erasure.erasure_by_link import ErasureByLink
from services.selfcheck.evidence.evidence import EvidenceStore
from services.selfcheck.invitations.invitations import Invitations
from services.selfcheck.invitations.invited import InvitedPeople
from services.selfcheck.joint.joint_assessments import JointAssessments
from services.selfcheck.joint.membership import JointMembership
from services.selfcheck.joint.sync import JointSync
from services.selfcheck.measures.measures import Measures
from services.selfcheck.metrics import SelfcheckMetrics
from services.selfcheck.perspectives.comparison import PerspectiveComparison
from services.selfcheck.questionnaires.drafts import Drafts
from services.selfcheck.questionnaires.repository import Questionnaires
from services.selfcheck.repositories import Repositories
from services.selfcheck.results.results import Results
from services.selfcheck.room.room import Room
from services.selfcheck.room.voting import Voting
from services.selfcheck.today.today import SelfcheckToday
from services.selfcheck.workshop.board import Board
from services.selfcheck.workshop.leftovers import Leftovers
from services.selfcheck.workshop.workshop import Workshop


@dataclass(frozen=True, kw_only=True)
class Services:
    """All use cases of the service; see `services_of`."""

    questionnaires: Questionnaires
    drafts: Drafts
    assessments: Assessments
    invitations: Invitations
    invited: InvitedPeople
    lifecycle: Lifecycle
    reminders: Reminders
    answering: Answering
    handing_on: HandingOn
    erasure: Erasure
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
    joints: JointAssessments
    joint_membership: JointMembership
    joint_sync: JointSync
    today: SelfcheckToday
    metrics: SelfcheckMetrics
    clock: Clock
    secrets: Secrets
    papers: DocumentCache = field(default_factory=DocumentCache)
    """Published questionnaires as PDF, which never change."""

    async def get_assessment(self, scope: TenantScope, id: str) -> AssessmentResponse:
        """An assessment without figures. Raises Problem 404."""
        return to_response(await self.assessments.get(scope, id))


def services_of(context: ServiceContext, repositories: Repositories) -> Services:
    """Build the use cases of all features on the repositories."""
    clock, secrets, public_url = context.clock, context.secrets, context.settings.public_url
    questionnaires, sheets = repositories.questionnaires, repositories.sheets
    metrics = SelfcheckMetrics(context.metrics)
    assessments = Assessments(repositories.assessments, questionnaires)
    invitations = Invitations(assessments, sheets, secrets, public_url)
    saving = Saving(sheets, context.metrics.commit_size.labels("answers"))
    answering = Answering(sheets, assessments, questionnaires, saving, secrets, metrics)
    evidence = EvidenceStore(answering, assessments, repositories.evidence)
    erasure = Erasure(sheets, evidence, repositories.erasures, clock)
    measures = Measures(repositories.measures, assessments, clock)
    lifecycle = Lifecycle(assessments, sheets, evidence, Leftovers(measures, repositories.ballots), clock)
    voting = Voting(assessments, repositories.ballots, secrets)
    results = Results(assessments, sheets)
    comparison = PerspectiveComparison(assessments, results)
    joints = JointAssessments(repositories.joints, questionnaires, repositories.district_members)
    return Services(
        # Questionnaires and self-checks
        questionnaires=questionnaires,
        drafts=Drafts(repositories.drafts, questionnaires, secrets),
        assessments=assessments,
        lifecycle=lifecycle,
        reminders=Reminders(assessments, sheets, clock),
        # Respondents
        invitations=invitations,
        invited=InvitedPeople(assessments, sheets, invitations),
        answering=answering,
        handing_on=HandingOn(answering, invitations),
        evidence=evidence,
        erasure=erasure,
        erasure_by_link=ErasureByLink(answering, erasure),
        # Results and the workshop
        results=results,
        comparison=comparison,
        workshop=Workshop(assessments, sheets, voting, results),
        agenda=WorkshopAgenda(assessments, results),
        board=Board(results, assessments, sheets, voting, comparison),
        room=Room(assessments, secrets, public_url),
        voting=voting,
        measures=measures,
        today=SelfcheckToday(repositories.assessments, sheets, measures),
        # Joint self-checks
        joints=joints,
        joint_membership=JointMembership(joints, assessments, secrets),
        joint_sync=JointSync(joints, assessments, lifecycle, clock),
        metrics=metrics,
        clock=clock,
        secrets=secrets,
    )


def get_services(request: Request) -> Services:
    """The use cases, for a route."""
    services: Services = request.app.state.selfcheck
    return services
