"""The routers of all features: API and pages."""

from __future__ import annotations

from chassis.http.permissions import Permission
from chassis.http.routing import APIRouter
from chassis.http.tenant_export import export_router
from services.reporting.action_plans import api as action_plans_api
from services.reporting.action_plans import pages as action_plan_pages
from services.reporting.action_plans import staff_pages as action_plans_pages
from services.reporting.council import api as council_api
from services.reporting.feedback import api as feedback_api
from services.reporting.feedback import staff_pages as feedback_pages
from services.reporting.joint import api as joint_api
from services.reporting.joint import staff_pages as joint_pages
from services.reporting.own_figures import api as own_figures_api
from services.reporting.own_figures import staff_pages as own_figures_pages
from services.reporting.pack_orders import api as pack_orders_api
from services.reporting.pack_orders import staff_pages as pack_orders_pages
from services.reporting.participation import api as participation_api
from services.reporting.participation import staff_pages as participation_pages
from services.reporting.practices import api as practices_api
from services.reporting.practices import pages as library_pages
from services.reporting.practices import staff_pages as practices_pages
from services.reporting.privacy import api as privacy_api
from services.reporting.questions import api as questions_api
from services.reporting.questions import staff_pages as questions_pages
from services.reporting.recommendations import api as recommendations_api
from services.reporting.recommendations import staff_pages as recommendations_pages
from services.reporting.report_mails import api as report_mails_api
from services.reporting.report_mails import staff_pages as report_mails_pages
from services.reporting.results import api as results_api
from services.reporting.results import staff_pages as results_pages
from services.reporting.rings import api as rings_api
from services.reporting.rings import staff_pages as rings_pages
from services.reporting.series import api as series_api
from services.reporting.series import staff_pages as series_pages
from services.reporting.similar import api as similar_api
from services.reporting.similar import staff_pages as similar_pages
from services.reporting.today import api as today_api
from services.reporting.today import staff_pages as today_pages
from services.reporting.trainings import api as trainings_api
from services.reporting.trainings import staff_pages as trainings_pages
from services.reporting.visits import api as visits_api
from services.reporting.visits import staff_pages as visits_pages
from services.reporting.waves import api as waves_api
from services.reporting.waves import staff_pages as waves_pages
from services.reporting.waves import staff_pages_office as wave_office_pages
from services.reporting.waves.repository import WAVE_FIGURES

EXPORTED = dict.fromkeys(
    (
        "gatherings",
        "participants",
        "assessments",
        "measures",
        "joint_assessments",
        "feedback",
        "practices",
        WAVE_FIGURES,
        "marks",
        "questions",
        "answers",
        "action_plans",
        "own_figures",
        "trainings",
    ),
    None,
)
"""Collections of which a municipality gets all that is its own."""


def routers() -> list[APIRouter]:
    """List the routers of all features."""
    return [
        export_router("reporting", EXPORTED, Permission("coordinator", allow_suspended=True)),
        feedback_api.router,
        participation_api.router,
        results_api.router,
        council_api.router,
        action_plans_api.router,
        pack_orders_api.router,
        pack_orders_pages.router,
        action_plans_pages.router,
        action_plan_pages.router,
        series_api.router,
        joint_api.router,
        privacy_api.router,
        similar_api.router,
        own_figures_api.router,
        own_figures_pages.router,
        trainings_api.router,
        trainings_pages.router,
        today_api.router,
        today_pages.router,
        practices_api.router,
        waves_api.router,
        recommendations_api.router,
        recommendations_pages.router,
        questions_api.router,
        rings_api.router,
        visits_api.router,
        report_mails_api.router,
        feedback_pages.router,
        participation_pages.router,
        results_pages.router,
        series_pages.router,
        joint_pages.router,
        similar_pages.router,
        practices_pages.router,
        library_pages.router,
        waves_pages.router,
        wave_office_pages.router,
        questions_pages.router,
        rings_pages.router,
        visits_pages.router,
        report_mails_pages.router,
    ]
