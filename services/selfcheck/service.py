"""Composition root of selfcheck."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from chassis.http.rate_limits import RateLimiter
from chassis.http.tenant_export import export_router
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.pages.forms import Forms
from chassis.pages.pages import Pages
from chassis.service import ServiceContext, ServiceDefinition
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Document
from chassis.storage.tenant_offboarding import TenantOffboarding
from contracts.selfcheck import DepartureReceipted
from services.selfcheck.answering import (
    api_answers,
    api_evidence,
    pages_answers,
    pages_evidence,
    pages_field,
    pages_forget,
    pages_hand_on,
)
from services.selfcheck.answering.answering import Answering
from services.selfcheck.answering.api_evidence import UPLOADS
from services.selfcheck.answering.evidence import EvidenceStore
from services.selfcheck.answering.forgetting import Forgetting
from services.selfcheck.answering.handing_on import HandingOn
from services.selfcheck.answering.saving import Saving
from services.selfcheck.answering.sheets import Sheets
from services.selfcheck.assessments import (
    api_assessments,
    api_invitations,
    api_people,
    pages_invitations_staff,
    pages_keeping_staff,
    pages_staff,
)
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.assessments.erasure import Erasure
from services.selfcheck.assessments.invitations import Invitations
from services.selfcheck.assessments.invited import InvitedPeople
from services.selfcheck.assessments.keeping import Keeping
from services.selfcheck.assessments.reminders import Reminders
from services.selfcheck.domain.evidence import MAX_FILE
from services.selfcheck.joint import api_joint, pages_joint_staff
from services.selfcheck.joint.alignment import Alignment
from services.selfcheck.joint.joined import Joined
from services.selfcheck.joint.joint_assessments import JointAssessments
from services.selfcheck.joint.memberships import Memberships
from services.selfcheck.metrics import SelfcheckMetrics
from services.selfcheck.parts import Selfcheck
from services.selfcheck.questionnaires import (
    api_questionnaires,
    pages_questionnaire_looks_staff,
    pages_questionnaires_staff,
)
from services.selfcheck.questionnaires.drafts import Drafts
from services.selfcheck.questionnaires.paper import Papers
from services.selfcheck.questionnaires.store import Questionnaires
from services.selfcheck.subscriptions import HANDLERS
from services.selfcheck.workshop import (
    api_measures,
    api_room,
    api_score,
    api_workshop,
    pages_board_staff,
    pages_measures_staff,
    pages_result_staff,
    pages_room,
    pages_room_staff,
)
from services.selfcheck.workshop.board import Board
from services.selfcheck.workshop.board_html import BoardHtml
from services.selfcheck.workshop.leftovers import Leftovers
from services.selfcheck.workshop.measures import Measures
from services.selfcheck.workshop.room import Room
from services.selfcheck.workshop.voting import Voting
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
        "result",
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
    drafts = Drafts(aggregates("questionnaire_drafts"), questionnaires, context.secrets)
    assessments = Assessments(aggregates("assessments"), questionnaires)
    sheets = Sheets(aggregates("sheets"), context.secrets)
    invitations = Invitations(assessments, sheets, context.secrets, context.settings.public_url)
    metrics = SelfcheckMetrics(context.metrics)
    saving = Saving(sheets, context.metrics.commit_size.labels("answers"))
    answering = Answering(sheets, assessments, questionnaires, saving, context.secrets, metrics)
    evidence = EvidenceStore(answering, assessments, context.database["evidence"])
    erasures = aggregates("erasures")
    erasure = Erasure(sheets, evidence, erasures, context.clock)
    measures = Measures(aggregates("measures"), assessments, context.clock)
    voting = Voting(assessments, context.database, context.secrets)
    keeping = Keeping(assessments, sheets, evidence, Leftovers(measures, voting), context.clock)
    reminders = Reminders(assessments, sheets, context.clock)
    workshop = Workshop(assessments, sheets, voting)
    joints = JointAssessments(aggregates("joint_assessments"), questionnaires, Memberships(context.database))
    joined = Joined(joints, assessments, context.secrets)
    alignment = Alignment(joints, assessments, keeping, workshop, context.clock)
    parts = Selfcheck(
        questionnaires=questionnaires,
        assessments=assessments,
        invitations=invitations,
        invited=InvitedPeople(assessments, sheets, invitations),
        keeping=keeping,
        answering=answering,
        handing_on=HandingOn(answering, invitations),
        forgetting=Forgetting(answering, erasure),
        evidence=evidence,
        workshop=workshop,
        board=Board(workshop, context.database, voting),
        room=Room(assessments, context.secrets, context.settings.public_url),
        voting=voting,
        measures=measures,
        metrics=metrics,
        clock=context.clock,
        secrets=context.secrets,
    )
    pages = Pages("selfcheck", Path(__file__).parent)

    async def look_after(assessment: Document) -> None:
        await alignment.of_assessment(assessment)
        await (keeping if assessment.get("deleted_at") else reminders).carry_out(assessment)

    def due(name: str, what: Aggregates, handle: Callable[[Document], Awaitable[None]]) -> ScheduledJob:
        return ScheduledJob(name, what.collection, handle, context.lease, context.clock, context.metrics, poll=1)

    async def before_leaving(departure: Document) -> None:
        await erasure.forget_respondents(departure)
        await alignment.leave(departure)

    forgetting = due("erase", erasures, erasure.carry_out)

    async def prepare() -> None:
        kept = (assessments, measures, joints, voting, sheets, evidence, erasures, drafts)
        await asyncio.gather(*(one.ensure_indexes() for one in kept))
        await questionnaires.prepare(context.clock.now())

    return ServiceDefinition(
        routers=[
            api_score.router,
            export_router("selfcheck", EXPORTED),
            api_questionnaires.router,
            api_answers.router,
            api_people.router,
            api_assessments.router,
            api_measures.router,
            api_joint.router,
            api_room.router,
            api_workshop.router,
            pages_questionnaires_staff.router,
            pages_questionnaire_looks_staff.router,
            api_evidence.router,
            api_invitations.router,
            pages_answers.router,
            pages_room.router,
            pages_board_staff.router,
            pages_joint_staff.router,
            pages_measures_staff.router,
            pages_result_staff.router,
            pages_room_staff.router,
            pages_evidence.router,
            pages_field.router,
            pages_forget.router,
            pages_hand_on.router,
            pages_invitations_staff.router,
            pages_keeping_staff.router,
            pages_staff.router,
        ],
        handlers=HANDLERS,
        outboxes=["questionnaires", "assessments", "sheets", "measures", "joint_assessments", "erasures"],
        due=[
            forgetting,
            due("assessments", assessments.all, look_after),
            due("measures", measures.all, measures.remind),
            due("joint", joints.all, alignment.of_joint),
        ],
        offboarding=TenantOffboarding(DepartureReceipted, before=before_leaving),
        prepare=prepare,
        body_limits={UPLOADS: MAX_FILE + 64 * 1024, api_questionnaires.UPLOADS: api_questionnaires.MAX_UPLOAD},
        state={
            "selfcheck": parts,
            "ballot_limiter": RateLimiter(BALLOTS, context.database, context.secrets, context.clock),
            "questionnaires": questionnaires,
            "papers": Papers(),
            "drafts": drafts,
            "joints": joints,
            "joined": joined,
            "pages": pages,
            "board_html": BoardHtml(pages),
            "forms": Forms(context.secrets, context.clock),
        },
        pages=pages,
        events=forgetting.wake,
    )
