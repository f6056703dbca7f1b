"""The use cases of all features: built once per process, given to routes by `get_services`."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request

from chassis.clock import Clock
from chassis.documents.document_cache import DocumentCache
from chassis.ids import Secrets
from chassis.pages.page_cache import PageCache
from chassis.service_definition import ServiceContext
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
from services.registration.interface_languages.spoken import SpokenLanguages
from services.registration.invitations.invitations import Invitations
from services.registration.legal_texts.legal_texts import LegalTexts
from services.registration.municipalities.municipalities import Municipalities
from services.registration.municipalities.suspension import Suspension
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.needs.answer_sums import AnswerSums
from services.registration.needs.needs import Needs
from services.registration.planning.planning import Planning
from services.registration.public_plans.repository import PublicPlans
from services.registration.questions.question_sets import QuestionSets
from services.registration.registrations.changing import RegistrationChanges
from services.registration.registrations.reassigning import Reassignments
from services.registration.registrations.registering import Registering
from services.registration.registrations.registrations import Registrations
from services.registration.repositories import Repositories
from services.registration.retention.remaining import Remaining
from services.registration.settings.profile import Profiles
from services.registration.staff.staff import Staff
from services.registration.tenant_offboarding.tenant_offboarding import TenantOffboardings
from services.registration.today.today import RegistrationToday
from services.registration.training_certificates.certificates import TrainingCertificates


@dataclass(frozen=True, kw_only=True)
class Services:
    """All use cases of the service; see `services_of`."""

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
    registering: Registering
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


def services_of(context: ServiceContext, repositories: Repositories) -> Services:
    """Build the use cases of all features on the repositories."""
    clock, secrets, public_url = context.clock, context.secrets, context.settings.public_url
    municipalities, ledgers = repositories.municipalities, repositories.ledgers
    tenant_registry = OwnTenantRegistry(municipalities)
    spoken = SpokenLanguages(tenant_registry)
    staff = Staff(municipalities, tenant_registry, secrets, clock)
    applications = Applications(municipalities, secrets)
    gazetteer = Gazetteer(repositories.gazetteer, clock)
    gatherings = Gatherings(repositories.gatherings)
    planning = Planning(repositories.gatherings, ledgers, secrets, clock)
    registrations = Registrations(repositories.registrations, ledgers, secrets, public_url)
    registering = Registering(
        repositories.registrations, ledgers, registrations, spoken, clock, secrets, context.metrics
    )
    call_outcomes = CallOutcomes(repositories.registrations, ledgers, repositories.calls)
    lists = Lists(repositories.registrations, ledgers, registrations)
    person_erasure = PersonErasure(
        repositories.registrations, ledgers, tenant_registry, staff, applications, secrets, clock
    )
    erasures = Erasures(
        repositories.erasures, repositories.registrations, person_erasure, repositories.known_people, secrets, clock
    )
    return Services(
        # Municipalities, their staff and their settings
        tenant_registry=tenant_registry,
        municipalities=Municipalities(municipalities),
        applications=applications,
        applying=Applying(municipalities, gazetteer, secrets),
        reviewing=Reviewing(applications, tenant_registry, secrets),
        staff=staff,
        profiles=Profiles(municipalities, repositories.crests, tenant_registry, gazetteer, clock),
        legal_texts=LegalTexts(municipalities, repositories.legal_texts, tenant_registry, clock),
        interface_languages=InterfaceLanguages(municipalities, repositories.catalogue_words, tenant_registry, clock),
        question_sets=QuestionSets(repositories.question_sets),
        gazetteer=gazetteer,
        suspension=Suspension(municipalities, tenant_registry),
        offboarding=TenantOffboardings(
            municipalities,
            repositories.registrations,
            repositories.offboarding_receipts,
            erasures,
            tenant_registry,
            clock,
        ),
        # Gatherings
        gatherings=gatherings,
        planning=planning,
        series=Series(repositories.gatherings, planning, secrets),
        invitations=Invitations(ledgers, secrets, clock, public_url),
        needs=Needs(
            ledgers, repositories.orders, AnswerSums(repositories.registrations, context.database.logical_time)
        ),
        public_plans=repositories.public_plans,
        audit=AuditTrail(repositories.audit, repositories.gatherings),
        # Registrations
        registrations=registrations,
        registering=registering,
        changes=RegistrationChanges(repositories.registrations, registrations, ledgers, spoken, secrets, clock),
        reassignments=Reassignments(registrations, ledgers, secrets),
        confirmation=ContactConfirmation(repositories.registrations, registrations, call_outcomes, secrets, clock),
        call_outcomes=call_outcomes,
        training_certificates=TrainingCertificates(registrations, gatherings),
        # The desk
        lists=lists,
        search=Search(repositories.registrations, gatherings, lists, clock),
        door=Door(repositories.registrations, ledgers, registering),
        door_list=DoorList(gatherings, lists, registrations, secrets),
        today=RegistrationToday(gatherings, ledgers, repositories.orders, repositories.audit),
        # What people may ask for about their data
        erasures=erasures,
        person_erasure=person_erasure,
        person_exports=PersonExports(repositories.registrations, registrations, secrets, context.signatures, clock),
        remaining=Remaining(repositories.retention, repositories.gatherings, erasures, tenant_registry),
        clock=clock,
        secrets=secrets,
        public_url=public_url,
    )


def get_services(request: Request) -> Services:
    """The use cases, for a route."""
    services: Services = request.app.state.registration
    return services
