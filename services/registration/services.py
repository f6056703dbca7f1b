"""The composed use cases of registration, as routes are given them."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request

from chassis.clock import Clock
from chassis.documents.document_cache import DocumentCache
from chassis.ids import Secrets
from chassis.pages.page_cache import PageCache
from services.registration.applications.applications import Applications
from services.registration.applications.applying import Applying
from services.registration.applications.reviewing import Reviewing
from services.registration.audit.trail import AuditTrail
from services.registration.calls.outcomes import CallOutcomes
from services.registration.contact_confirmation.confirming import ContactConfirmation
from services.registration.desk.door import Door
from services.registration.desk.door_list import DoorList
from services.registration.desk.lists import Lists
from services.registration.desk.search import Search
from services.registration.erasures.erasures import Erasures
from services.registration.erasures.person_erasure import PersonErasure
from services.registration.exports.person_export import PersonExports
from services.registration.gathering_series.series import Series
from services.registration.gatherings.gatherings import Gatherings
from services.registration.gazetteer.gazetteer import Gazetteer
from services.registration.interface_languages.interface_languages import InterfaceLanguages
from services.registration.invitations.invitations import Invitations
from services.registration.legal_texts.legal_texts import LegalTexts
from services.registration.municipalities.municipalities import Municipalities
from services.registration.municipalities.suspension import Suspension
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.needs.needs import Needs
from services.registration.planning.planning import Planning
from services.registration.public_plans.repository import PublicPlans
from services.registration.questions.question_sets import QuestionSets
from services.registration.registrations.changing import RegistrationChanges
from services.registration.registrations.reassigning import Reassignments
from services.registration.registrations.registering import Registrations
from services.registration.retention.remaining import Remaining
from services.registration.settings.profile import Profiles
from services.registration.staff.staff import Staff
from services.registration.tenant_offboarding.tenant_offboarding import TenantOffboardings
from services.registration.today.today import RegistrationToday
from services.registration.training_certificates.certificates import TrainingCertificates


@dataclass(frozen=True, kw_only=True)
class Services:
    """Found by routes with `get_services`."""

    tenant_registry: OwnTenantRegistry
    municipalities: Municipalities
    applications: Applications
    applying: Applying
    reviewing: Reviewing
    staff: Staff
    profiles: Profiles
    legal_texts: LegalTexts
    suspension: Suspension
    offboarding: TenantOffboardings
    gazetteer: Gazetteer
    public_plans: PublicPlans
    gatherings: Gatherings
    interface_languages: InterfaceLanguages
    invitations: Invitations
    planning: Planning
    series: Series
    question_sets: QuestionSets
    registrations: Registrations
    changes: RegistrationChanges
    reassignments: Reassignments
    confirmation: ContactConfirmation
    call_outcomes: CallOutcomes
    needs: Needs
    lists: Lists
    search: Search
    door: Door
    door_list: DoorList
    audit: AuditTrail
    erasures: Erasures
    person_erasure: PersonErasure
    today: RegistrationToday
    training_certificates: TrainingCertificates
    person_exports: PersonExports
    remaining: Remaining
    clock: Clock
    secrets: Secrets
    public_url: str
    page_cache: PageCache = field(default_factory=PageCache)
    posters: DocumentCache = field(default_factory=DocumentCache)


def get_services(request: Request) -> Services:
    """The composed use cases."""
    services: Services = request.app.state.registration
    return services
