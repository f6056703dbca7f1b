"""Composition root of selfcheck."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from chassis.documents.document_cache import DocumentCache
from chassis.http.permissions import Permission
from chassis.http.tenant_export import export_router
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.pages.form_tokens import Forms
from chassis.pages.pages import Pages
from chassis.service_definition import ServiceContext, ServiceDefinition, merge_handlers
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Collection, Document
from chassis.storage.tenant_offboarding import TenantOffboarding
from contracts.selfcheck import DepartureReceipted
from programme import FOLDER
from programme.programme import PROGRAMME
from programme.tenant_registry import TENANT_REGISTRY_HANDLERS, EventTenantRegistry
from services.selfcheck.agenda import api as api_agenda
from services.selfcheck.agenda import staff_pages as pages_agenda_staff
from services.selfcheck.agenda.agenda import WorkshopAgenda
from services.selfcheck.answering import api as api_answers
from services.selfcheck.answering import pages as pages_answers
from services.selfcheck.answering import pages_field, pages_hand_on
from services.selfcheck.answering.answering import Answering
from services.selfcheck.answering.handing_on import HandingOn
from services.selfcheck.answering.repository import Sheets
from services.selfcheck.answering.saving import Saving
from services.selfcheck.assessments import api as api_assessments
from services.selfcheck.assessments import staff_pages as pages_staff
from services.selfcheck.assessments import staff_pages_lifecycle as pages_lifecycle_staff
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.assessments.lifecycle import Lifecycle
from services.selfcheck.assessments.reminders import Reminders
from services.selfcheck.assessments.repository import AssessmentRepository
from services.selfcheck.domain.evidence import MAX_FILE
from services.selfcheck.erasure import api as api_people
from services.selfcheck.erasure import pages as erasure_pages
from services.selfcheck.erasure.erasure import Erasure
from services.selfcheck.erasure.erasure_by_link import ErasureByLink
from services.selfcheck.event_handlers import HANDLERS
from services.selfcheck.evidence import api as api_evidence
from services.selfcheck.evidence import pages as pages_evidence
from services.selfcheck.evidence.api import UPLOADS
from services.selfcheck.evidence.evidence import EvidenceStore
from services.selfcheck.evidence.repository import EvidenceFiles
from services.selfcheck.invitations import api as api_invitations
from services.selfcheck.invitations import staff_pages as pages_invitations_staff
from services.selfcheck.invitations.invitations import Invitations
from services.selfcheck.invitations.invited import InvitedPeople
from services.selfcheck.joint import api as api_joint
from services.selfcheck.joint import staff_pages as pages_joint_staff
from services.selfcheck.joint.joint_assessments import JointAssessments
from services.selfcheck.joint.membership import JointMembership
from services.selfcheck.joint.repository import DistrictMembers, JointRepository
from services.selfcheck.joint.sync import JointSync
from services.selfcheck.measures import api as api_measures
from services.selfcheck.measures import staff_pages as pages_measures_staff
from services.selfcheck.measures.measures import Measures
from services.selfcheck.measures.repository import MeasureRepository
from services.selfcheck.metrics import SelfcheckMetrics
from services.selfcheck.perspectives import api as api_perspectives
from services.selfcheck.perspectives import staff_pages as pages_perspectives_staff
from services.selfcheck.perspectives.comparison import PerspectiveComparison
from services.selfcheck.questionnaires import api as api_questionnaires
from services.selfcheck.questionnaires import api_drafts
from services.selfcheck.questionnaires import staff_pages as pages_questionnaires_staff
from services.selfcheck.questionnaires import staff_pages_preview as pages_questionnaire_looks_staff
from services.selfcheck.questionnaires.drafts import Drafts
from services.selfcheck.questionnaires.questionnaire_xlsx import MAX_UPLOAD
from services.selfcheck.questionnaires.repository import Questionnaires
from services.selfcheck.questionnaires.repository_drafts import DraftRepository
from services.selfcheck.results import api as api_results
from services.selfcheck.results import api_score
from services.selfcheck.results import staff_pages as pages_result_staff
from services.selfcheck.results.results import Results
from services.selfcheck.room import api as api_room
from services.selfcheck.room import pages as pages_room
from services.selfcheck.room import staff_pages as pages_room_staff
from services.selfcheck.room.repository import Ballots
from services.selfcheck.room.room import Room
from services.selfcheck.room.voting import Voting
from services.selfcheck.services import Services
from services.selfcheck.stuck_staff import WORDS
from services.selfcheck.today import api as api_today
from services.selfcheck.today import staff_pages as pages_today_staff
from services.selfcheck.today.today import SelfcheckToday
from services.selfcheck.workshop import api as api_workshop
from services.selfcheck.workshop import staff_pages as pages_board_staff
from services.selfcheck.workshop.board import Board
from services.selfcheck.workshop.board_html import BoardHtml
from services.selfcheck.workshop.leftovers import Leftovers
from services.selfcheck.workshop.workshop import Workshop

BALLOTS = "240/minute"
"""From one address in one vote: a hall that shares a Wi-Fi gets through, a program does not."""

# Not the sheets: nobody but the respondent ever sees single answers.
EXPORTED = {
    "assessments": (
        "title",
        "questionnaire",
        "perspectives",
        "minimum_group",
        "phase",
        "created_at",
        "revealed_at",
        "closed_at",
        "consensus",
        "agenda",
        "result",
        "own_section",
        "own_result",
    ),
    "measures": None,
    # Not what members gave before the joint result stands.
    "joint_assessments": (
        "title",
        "questionnaire",
        "perspectives",
        "minimum_group",
        "deadline",
        "created_at",
        "closed_at",
        "result",
    ),
}


def compose(context: ServiceContext) -> ServiceDefinition:
    """Put the service together."""

    def aggregates(name: str) -> Aggregates:
        return Aggregates(context.database, name, lambda: context.wake_relay())

    questionnaires = Questionnaires(aggregates("questionnaires"), context.secrets)
    drafts = Drafts(DraftRepository(aggregates("questionnaire_drafts")), questionnaires, context.secrets)
    assessments = Assessments(AssessmentRepository(aggregates("assessments")), questionnaires)
    sheets = Sheets(aggregates("sheets"), context.secrets, context.database)
    invitations = Invitations(assessments, sheets, context.secrets, context.settings.public_url)
    metrics = SelfcheckMetrics(context.metrics)
    saving = Saving(sheets, context.metrics.commit_size.labels("answers"))
    answering = Answering(sheets, assessments, questionnaires, saving, context.secrets, metrics)
    files = EvidenceFiles(context.database["evidence"])
    evidence = EvidenceStore(answering, assessments, files)
    erasures = aggregates("erasures")
    erasure = Erasure(sheets, evidence, erasures, context.clock)
    measures = Measures(MeasureRepository(aggregates("measures")), assessments, context.clock)
    ballots = Ballots(context.database)
    voting = Voting(assessments, ballots, context.secrets)
    lifecycle = Lifecycle(assessments, sheets, evidence, Leftovers(measures, ballots), context.clock)
    reminders = Reminders(assessments, sheets, context.clock)
    results = Results(assessments, sheets)
    comparison = PerspectiveComparison(assessments, results)
    workshop = Workshop(assessments, sheets, voting, results)
    district_members = DistrictMembers(context.database)
    joints = JointAssessments(JointRepository(aggregates("joint_assessments")), questionnaires, district_members)
    membership = JointMembership(joints, assessments, context.secrets)
    sync = JointSync(joints, assessments, lifecycle, context.clock)
    services = Services(
        questionnaires=questionnaires,
        assessments=assessments,
        invitations=invitations,
        invited=InvitedPeople(assessments, sheets, invitations),
        lifecycle=lifecycle,
        answering=answering,
        handing_on=HandingOn(answering, invitations),
        erasure_by_link=ErasureByLink(answering, erasure),
        evidence=evidence,
        results=results,
        comparison=comparison,
        workshop=workshop,
        agenda=WorkshopAgenda(assessments, results),
        board=Board(results, assessments, sheets, voting, comparison),
        room=Room(assessments, context.secrets, context.settings.public_url),
        voting=voting,
        measures=measures,
        today=SelfcheckToday(assessments.all, sheets, measures),
        metrics=metrics,
        clock=context.clock,
        secrets=context.secrets,
    )
    pages = Pages("selfcheck", FOLDER, Path(__file__).parent)

    async def look_after(document: Document) -> None:
        assessment = assessments.all.read(document)
        await sync.of_assessment(assessment)
        await (lifecycle if assessment.deleted_at else reminders).carry_out(assessment)

    async def bring_in_line(document: Document) -> None:
        await sync.of_joint(joints.all.read(document))

    def due(name: str, what: Collection, handle: Callable[[Document], Awaitable[None]]) -> ScheduledJob:
        return ScheduledJob(name, what, handle, context.lease, context.clock, context.metrics, poll=1)

    async def before_leaving(offboarding: Document) -> None:
        await erasure.erase_respondents(offboarding)
        await sync.leave(offboarding)

    erasing = due("erase", erasures.collection, erasure.carry_out)

    async def prepare() -> None:
        kept = (
            assessments.all,
            measures.all,
            joints.all,
            district_members,
            ballots,
            sheets,
            files,
            erasures,
            drafts.all,
        )
        await asyncio.gather(*(one.ensure_indexes() for one in kept))
        await questionnaires.prepare(context.clock.now())

    return ServiceDefinition(
        programme=PROGRAMME,
        tenant_registry=EventTenantRegistry(context.database),
        words=WORDS,
        routers=[
            api_score.router,
            export_router("selfcheck", EXPORTED, Permission("coordinator", allow_suspended=True)),
            api_questionnaires.router,
            api_drafts.router,
            api_answers.router,
            api_people.router,
            api_assessments.router,
            api_measures.router,
            api_today.router,
            api_joint.router,
            api_room.router,
            api_results.router,
            api_perspectives.router,
            api_workshop.router,
            api_agenda.router,
            pages_agenda_staff.router,
            pages_questionnaires_staff.router,
            pages_questionnaire_looks_staff.router,
            api_evidence.router,
            api_invitations.router,
            pages_answers.router,
            pages_room.router,
            pages_board_staff.router,
            pages_joint_staff.router,
            pages_measures_staff.router,
            pages_today_staff.router,
            pages_result_staff.router,
            pages_perspectives_staff.router,
            pages_room_staff.router,
            pages_evidence.router,
            pages_field.router,
            erasure_pages.router,
            pages_hand_on.router,
            pages_invitations_staff.router,
            pages_lifecycle_staff.router,
            pages_staff.router,
        ],
        handlers=lambda: merge_handlers(TENANT_REGISTRY_HANDLERS, HANDLERS),
        outboxes=["questionnaires", "assessments", "sheets", "measures", "joint_assessments", "erasures"],
        due=[
            erasing,
            due("assessments", assessments.all.collection, look_after),
            due("measures", measures.all.collection, measures.remind),
            due("joint", joints.all.collection, bring_in_line),
        ],
        offboarding=TenantOffboarding(DepartureReceipted, before=before_leaving),
        prepare=prepare,
        rate_limits={"ballots": BALLOTS},
        body_limits={UPLOADS: MAX_FILE + 64 * 1024, api_questionnaires.UPLOADS: MAX_UPLOAD},
        state={
            "selfcheck": services,
            "questionnaires": questionnaires,
            "papers": DocumentCache(),
            "drafts": drafts,
            "joints": joints,
            "joint_membership": membership,
            "pages": pages,
            "board_html": BoardHtml(pages),
            "forms": Forms(context.secrets, context.clock),
        },
        pages=pages,
    )
