"""The routers of all features: API and pages."""

from __future__ import annotations

from chassis.http.permissions import Permission
from chassis.http.routing import APIRouter
from chassis.http.security_txt import security_txt_router
from chassis.http.tenant_export import export_router
from chassis.identity.sign_in import sign_in_router
from chassis.pages.form_tokens import Forms
from chassis.pages.pages import Pages
from chassis.service_definition import ServiceContext
from programme.programme import PROGRAMME
from services.registration.applications import api as applications_api
from services.registration.applications import staff_pages as applications_pages
from services.registration.applications import staff_pages_applicant, staff_pages_contact
from services.registration.audit import api as audit_api
from services.registration.audit import staff_pages as audit_pages
from services.registration.desk import api_door, api_lists, staff_pages_door, staff_pages_intake, staff_pages_lists
from services.registration.erasures import api as erasures_api
from services.registration.erasures import pages as erasures_pages
from services.registration.erasures import staff_pages as erasures_staff_pages
from services.registration.exports import staff_pages as exports_pages
from services.registration.gathering_series import api as series_api
from services.registration.gatherings import api as gatherings_api
from services.registration.gatherings import pages as gatherings_pages
from services.registration.gatherings import pages_gathering
from services.registration.gazetteer import api as gazetteer_api
from services.registration.interface_languages import api as interface_languages_api
from services.registration.interface_languages import staff_pages as interface_languages_pages
from services.registration.invitations import api as invitations_api
from services.registration.invitations import staff_pages as invitations_pages
from services.registration.legal_texts import api as legal_texts_api
from services.registration.legal_texts import pages as legal_texts_pages
from services.registration.meetings import staff_pages as meetings_pages
from services.registration.memberships import api as memberships_api
from services.registration.municipalities import api as municipalities_api
from services.registration.municipalities import staff_pages as municipalities_pages
from services.registration.needs import api as needs_api
from services.registration.needs import staff_pages as needs_pages
from services.registration.planning import api as planning_api
from services.registration.planning import staff_pages as planning_pages
from services.registration.planning import staff_pages_form
from services.registration.questions import api as questions_api
from services.registration.questions import staff_pages as questions_pages
from services.registration.quotas import staff_pages as quotas_pages
from services.registration.quotas.documents import without_declared
from services.registration.registrations import api as registrations_api
from services.registration.registrations import pages as registrations_pages
from services.registration.settings import api as settings_api
from services.registration.settings import staff_pages as settings_pages
from services.registration.staff import api as staff_api
from services.registration.staff import staff_pages as staff_pages
from services.registration.tenant_offboarding import api as offboarding_api
from services.registration.today import api as today_api
from services.registration.today import staff_pages as today_pages
from services.registration.training_certificates import api as training_certificates_api

EXPORTED = dict.fromkeys(
    (
        "municipalities",
        "legal_texts",
        "catalogue_words",
        "crests",
        "question_sets",
        "gatherings",
        "support_orders",
        "registrations",
        "erasures",
        "receipts",
    ),
    None,
)
"""Collections that a municipality takes along, whole."""


def routers(context: ServiceContext, pages: Pages, forms: Forms) -> list[APIRouter]:
    """List the routers of all features in the order in which their routes are tried."""
    return [
        # First, because routes are tried in order, and registering is what people crowd at.
        registrations_api.router,
        pages_gathering.router,
        gatherings_api.router,
        planning_api.router,
        invitations_api.router,
        series_api.router,
        api_lists.router,
        audit_api.router,
        needs_api.router,
        today_api.router,
        questions_api.router,
        api_door.router,
        gazetteer_api.router,
        export_router(
            "registration",
            EXPORTED,
            Permission("coordinator", allow_suspended=True),
            {"gatherings": without_declared, "registrations": without_declared},
        ),
        applications_api.router,
        municipalities_api.router,
        offboarding_api.router,
        staff_api.router,
        settings_api.router,
        legal_texts_api.router,
        interface_languages_api.router,
        memberships_api.router,
        erasures_api.router,
        erasures_pages.router,
        erasures_staff_pages.router,
        applications_pages.router,
        municipalities_pages.router,
        exports_pages.router,
        staff_pages_applicant.router,
        staff_pages_contact.router,
        settings_pages.router,
        interface_languages_pages.router,
        staff_pages.router,
        sign_in_router(context.settings, pages, forms, PROGRAMME),
        security_txt_router(context.name, context.settings, context.clock),
        training_certificates_api.router,
        registrations_pages.router,
        needs_pages.router,
        today_pages.router,
        questions_pages.router,
        quotas_pages.router,
        invitations_pages.router,
        meetings_pages.router,
        staff_pages_form.router,
        planning_pages.router,
        staff_pages_door.router,
        staff_pages_lists.router,
        audit_pages.router,
        staff_pages_intake.router,
        legal_texts_pages.router,
        gatherings_pages.router,
    ]
