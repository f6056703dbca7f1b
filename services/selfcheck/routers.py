"""The routers of all features: API and pages."""

from __future__ import annotations

from chassis.http.permissions import Permission
from chassis.http.routing import APIRouter
from chassis.http.tenant_export import export_router
from services.selfcheck.agenda import api as api_agenda
from services.selfcheck.agenda import staff_pages as pages_agenda_staff
from services.selfcheck.answering import api as api_answers
from services.selfcheck.answering import pages as pages_answers
from services.selfcheck.answering import pages_field, pages_hand_on
from services.selfcheck.assessments import api as api_assessments
from services.selfcheck.assessments import staff_pages as pages_staff
from services.selfcheck.assessments import staff_pages_lifecycle as pages_lifecycle_staff
from services.selfcheck.erasure import api as api_people
from services.selfcheck.erasure import pages as erasure_pages
from services.selfcheck.evidence import api as api_evidence
from services.selfcheck.evidence import pages as pages_evidence
from services.selfcheck.invitations import api as api_invitations
from services.selfcheck.invitations import staff_pages as pages_invitations_staff
from services.selfcheck.joint import api as api_joint
from services.selfcheck.joint import staff_pages as pages_joint_staff
from services.selfcheck.measures import api as api_measures
from services.selfcheck.measures import staff_pages as pages_measures_staff
from services.selfcheck.perspectives import api as api_perspectives
from services.selfcheck.perspectives import staff_pages as pages_perspectives_staff
from services.selfcheck.questionnaires import api as api_questionnaires
from services.selfcheck.questionnaires import api_drafts
from services.selfcheck.questionnaires import staff_pages as pages_questionnaires_staff
from services.selfcheck.questionnaires import staff_pages_preview as pages_questionnaire_looks_staff
from services.selfcheck.results import api as api_results
from services.selfcheck.results import api_score
from services.selfcheck.results import staff_pages as pages_result_staff
from services.selfcheck.room import api as api_room
from services.selfcheck.room import pages as pages_room
from services.selfcheck.room import staff_pages as pages_room_staff
from services.selfcheck.today import api as api_today
from services.selfcheck.today import staff_pages as pages_today_staff
from services.selfcheck.workshop import api as api_workshop
from services.selfcheck.workshop import staff_pages as pages_board_staff

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

ROUTERS: list[APIRouter] = [
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
]
"""In the order in which their routes are tried."""
