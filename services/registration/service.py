"""Composition root of registration."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from chassis.http.permissions import Permission
from chassis.http.security_txt import security_txt_router
from chassis.http.tenant_export import export_router
from chassis.identity.sign_in import sign_in_router
from chassis.messaging.projection import Handler
from chassis.pages.form_tokens import Forms
from chassis.pages.pages import Pages
from chassis.service import ServiceContext, ServiceDefinition, merge_handlers
from chassis.storage.aggregates import Aggregates
from programme import FOLDER
from programme.programme import PROGRAMME
from programme.tenant_registry import TENANT_REGISTRY_HANDLERS
from services.registration.applications import api as applications_api
from services.registration.applications import staff_pages as applications_pages
from services.registration.applications import staff_pages_applicant, staff_pages_contact
from services.registration.applications.applications import Applications
from services.registration.applications.applying import Applying
from services.registration.applications.reviewing import Reviewing
from services.registration.audit import api as audit_api
from services.registration.audit import staff_pages as audit_pages
from services.registration.audit.repository import AuditRepository
from services.registration.audit.trail import AuditTrail
from services.registration.calls.jobs import call_outcomes_job
from services.registration.calls.outcomes import CallOutcomes
from services.registration.calls.repository import CallRepository
from services.registration.contact_confirmation.confirming import ContactConfirmation
from services.registration.desk import api_door, api_lists, staff_pages_door, staff_pages_intake, staff_pages_lists
from services.registration.desk.door import Door
from services.registration.desk.door_list import DoorList
from services.registration.desk.lists import Lists
from services.registration.desk.search import Search
from services.registration.erasures import api as erasures_api
from services.registration.erasures import pages as erasures_pages
from services.registration.erasures import staff_pages as erasures_staff_pages
from services.registration.erasures.erasures import Erasures
from services.registration.erasures.jobs import erasures_job
from services.registration.erasures.person_erasure import PersonErasure
from services.registration.erasures.repository import KNOWN_PEOPLE, ErasureRepository, KnownPeople
from services.registration.exports import staff_pages as exports_pages
from services.registration.exports.person_export import PersonExports
from services.registration.gathering_series import api as series_api
from services.registration.gathering_series.series import Series
from services.registration.gatherings import api as gatherings_api
from services.registration.gatherings import pages as gatherings_pages
from services.registration.gatherings import pages_gathering
from services.registration.gatherings.gatherings import Gatherings
from services.registration.gatherings.repository import GatheringRepository
from services.registration.gazetteer import api as gazetteer_api
from services.registration.gazetteer.gazetteer import Gazetteer
from services.registration.gazetteer.repository import GazetteerRepository
from services.registration.interface_languages import api as interface_languages_api
from services.registration.interface_languages import staff_pages as interface_languages_pages
from services.registration.interface_languages.interface_languages import InterfaceLanguages
from services.registration.interface_languages.repository import CatalogueWordsRepository
from services.registration.interface_languages.spoken import SpokenLanguages
from services.registration.invitations import api as invitations_api
from services.registration.invitations import staff_pages as invitations_pages
from services.registration.invitations.invitations import Invitations
from services.registration.late_messages.extending import LateMessages
from services.registration.late_messages.jobs import late_messages_job
from services.registration.late_messages.repository import LateMessageRepository
from services.registration.legal_texts import api as legal_texts_api
from services.registration.legal_texts import pages as legal_texts_pages
from services.registration.legal_texts.legal_texts import LegalTexts
from services.registration.legal_texts.repository import LegalTextRepository
from services.registration.meetings import staff_pages as meetings_pages
from services.registration.memberships import api as memberships_api
from services.registration.municipalities import api as municipalities_api
from services.registration.municipalities import staff_pages as municipalities_pages
from services.registration.municipalities.municipalities import Municipalities
from services.registration.municipalities.repository import MunicipalityRepository
from services.registration.municipalities.suspension import Suspension
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.needs import api as needs_api
from services.registration.needs import staff_pages as needs_pages
from services.registration.needs.answer_sums import AnswerSums
from services.registration.needs.needs import Needs
from services.registration.needs.repository import OrderRepository
from services.registration.peer_visits.draft_gathering import DraftVisitGathering
from services.registration.peer_visits.jobs import visits_job
from services.registration.peer_visits.repository import AcceptedVisits
from services.registration.planning import api as planning_api
from services.registration.planning import staff_pages as planning_pages
from services.registration.planning import staff_pages_form
from services.registration.planning.planning import Planning
from services.registration.public_plans.repository import PublicPlans
from services.registration.questions import api as questions_api
from services.registration.questions import staff_pages as questions_pages
from services.registration.questions.question_sets import QuestionSets
from services.registration.questions.repository import QuestionSetRepository
from services.registration.quotas import staff_pages as quotas_pages
from services.registration.quotas.documents import without_declared
from services.registration.registrations import api as registrations_api
from services.registration.registrations import pages as registrations_pages
from services.registration.registrations.changing import RegistrationChanges
from services.registration.registrations.jobs import reconcile_job
from services.registration.registrations.reassigning import Reassignments
from services.registration.registrations.registering import Registrations
from services.registration.registrations.repository import RegistrationRepository
from services.registration.retention.jobs import retention_job
from services.registration.retention.remaining import Remaining
from services.registration.retention.repository import RetentionRepository
from services.registration.retention.retention import Retention
from services.registration.seats.jobs import lapse_job
from services.registration.seats.repository import SeatLedgers
from services.registration.services import Services
from services.registration.settings import api as settings_api
from services.registration.settings import staff_pages as settings_pages
from services.registration.settings.profile import Profiles
from services.registration.settings.repository import CrestRepository
from services.registration.staff import api as staff_api
from services.registration.staff import staff_pages as staff_pages
from services.registration.staff.staff import Staff
from services.registration.stuck_staff import WORDS
from services.registration.tenant_offboarding import api as offboarding_api
from services.registration.tenant_offboarding.jobs import municipalities_job
from services.registration.tenant_offboarding.repository import OffboardingReceipts
from services.registration.tenant_offboarding.tenant_offboarding import OFFBOARDING, TenantOffboardings
from services.registration.today import api as today_api
from services.registration.today import staff_pages as today_pages
from services.registration.today.today import RegistrationToday
from services.registration.training_certificates import api as training_certificates_api
from services.registration.training_certificates.certificates import TrainingCertificates

POSTERS = "30/minute"
"""Posters that are made anew for one address: each takes some 0.3 s, and languages can be combined in thousands of ways."""
CODES = "1200/minute"
"""Codes of invitations that one address tries by opening links: as many as may sign up, so that a class with one address can, and so few
of the 110 thousand millions that nobody guesses one."""

LARGEST_UPLOAD = 2_000_000
"""Bytes of a catalogue: as many characters as are taken of it, in scripts whose letters are three bytes long."""

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


def compose(context: ServiceContext) -> ServiceDefinition:
    """Put the service together."""

    def wake() -> None:
        context.wake_relay()

    gathered = Aggregates(context.database, "gatherings", wake)
    gathering_repository = GatheringRepository(gathered)
    ledgers = SeatLedgers(gathered, context.database, context.clock, context.metrics)
    repository = RegistrationRepository(
        Aggregates(context.database, "registrations", wake, followed="answers"), context.metrics
    )
    municipality_repository = MunicipalityRepository(Aggregates(context.database, "municipalities", wake))
    tenant_registry = OwnTenantRegistry(municipality_repository)
    spoken = SpokenLanguages(tenant_registry)
    registrations = Registrations(
        repository, ledgers, spoken, context.clock, context.secrets, context.metrics, context.settings.public_url
    )
    municipalities = Municipalities(municipality_repository)
    staff = Staff(municipality_repository, tenant_registry, context.secrets, context.clock)
    applications = Applications(municipality_repository, context.secrets)
    gazetteer = GazetteerRepository(Aggregates(context.database, "gazetteer", wake))
    calls = CallRepository(context.database)
    outcomes = CallOutcomes(repository, ledgers, calls)
    late_messages = LateMessageRepository(context.database)
    changes = RegistrationChanges(repository, registrations, ledgers, spoken, context.secrets, context.clock)
    asked = ErasureRepository(context.database, Aggregates(context.database, "erasures", wake))
    person_erasure = PersonErasure(
        repository, ledgers, tenant_registry, staff, applications, context.secrets, context.clock
    )
    erasures = Erasures(
        asked, repository, person_erasure, KnownPeople(context.database), context.secrets, context.clock
    )
    remains = RetentionRepository(context.database)
    retention = Retention(repository, ledgers, erasures, tenant_registry, context.clock)
    offboarding = TenantOffboardings(
        municipality_repository,
        repository,
        OffboardingReceipts(context.database),
        erasures,
        tenant_registry,
        context.clock,
    )
    gatherings, lists = Gatherings(gathering_repository), Lists(repository, ledgers, registrations)
    planning = Planning(gathering_repository, ledgers, context.secrets, context.clock)
    accepted_visits = AcceptedVisits(context.database)
    public_plans = PublicPlans(context.database)
    drafting = DraftVisitGathering(accepted_visits, planning, tenant_registry, context.secrets)
    audit_entries = AuditRepository(context.database)
    orders = OrderRepository(context.database)
    official_list = Gazetteer(gazetteer, context.clock)
    services = Services(
        tenant_registry=tenant_registry,
        municipalities=municipalities,
        applications=applications,
        applying=Applying(municipality_repository, official_list, context.secrets),
        reviewing=Reviewing(applications, tenant_registry, context.secrets),
        staff=staff,
        profiles=Profiles(
            municipality_repository, CrestRepository(context.database), tenant_registry, official_list, context.clock
        ),
        legal_texts=LegalTexts(
            municipality_repository, LegalTextRepository(context.database), tenant_registry, context.clock
        ),
        suspension=Suspension(municipality_repository, tenant_registry),
        offboarding=offboarding,
        gazetteer=official_list,
        gatherings=gatherings,
        interface_languages=InterfaceLanguages(
            municipality_repository, CatalogueWordsRepository(context.database), tenant_registry, context.clock
        ),
        invitations=Invitations(ledgers, context.secrets, context.clock, context.settings.public_url),
        planning=planning,
        series=Series(gathering_repository, planning, context.secrets),
        question_sets=QuestionSets(QuestionSetRepository(context.database)),
        registrations=registrations,
        changes=changes,
        reassignments=Reassignments(registrations, ledgers, context.secrets),
        confirmation=ContactConfirmation(repository, registrations, outcomes, context.secrets, context.clock),
        call_outcomes=outcomes,
        needs=Needs(ledgers, orders, AnswerSums(repository, context.database.logical_time)),
        lists=lists,
        search=Search(repository, gatherings, lists, context.clock),
        door=Door(repository, ledgers, registrations),
        door_list=DoorList(gatherings, lists, registrations, context.secrets),
        audit=AuditTrail(audit_entries, gathering_repository),
        erasures=erasures,
        person_erasure=person_erasure,
        public_plans=public_plans,
        today=RegistrationToday(gatherings, ledgers, orders, audit_entries),
        training_certificates=TrainingCertificates(registrations, gatherings),
        person_exports=PersonExports(repository, registrations, context.secrets, context.signatures, context.clock),
        remaining=Remaining(remains, gathering_repository, erasures, tenant_registry),
        clock=context.clock,
        secrets=context.secrets,
        public_url=context.settings.public_url,
    )

    async def prepare() -> None:
        await asyncio.gather(
            municipality_repository.ensure_indexes(),
            asked.ensure_indexes(),
            remains.ensure_indexes(),
            audit_entries.ensure_indexes(),
            orders.ensure_indexes(),
            ledgers.ensure_indexes(),
            calls.ensure_indexes(),
            late_messages.ensure_indexes(),
            accepted_visits.ensure_indexes(),
            public_plans.ensure_indexes(),
            gazetteer.ensure_indexes(),
            gathering_repository.ensure_indexes(),
            repository.ensure_indexes(),
        )
        await municipalities.index_names()

    pages = Pages("registration", FOLDER, Path(__file__).parent)
    forms = Forms(context.secrets, context.clock)
    return ServiceDefinition(
        programme=PROGRAMME,
        words=WORDS,
        body_limits={
            r"/registration/v1/[^/]+/interface-languages/[^/]+/versions": LARGEST_UPLOAD,
            r"/registration/[^/]+/settings/languages": LARGEST_UPLOAD,
        },
        rate_limits={"applications": context.settings.application_rate_limit, "posters": POSTERS, "codes": CODES},
        routers=[
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
        ],
        handlers=_handlers,
        outboxes=["municipalities", "gatherings", "registrations", "erasures", "gazetteer"],
        due=[
            erasures_job(context, asked, erasures),
            retention_job(context, gathered.collection, retention),
            municipalities_job(context, municipality_repository, offboarding),
            call_outcomes_job(context, outcomes),
            late_messages_job(context, LateMessages(repository, ledgers, late_messages)),
            visits_job(context, accepted_visits, drafting),
            lapse_job(context, gathered.collection, ledgers),
            reconcile_job(context, repository, registrations, changes, person_erasure),
        ],
        prepare=prepare,
        read_model=[KNOWN_PEOPLE],
        offboarding=OFFBOARDING,
        tenant_registry=tenant_registry,
        state={"registration": services, "pages": pages, "forms": forms},
        pages=pages,
    )


def _handlers() -> Mapping[str, Handler]:
    from services.registration.event_handlers import HANDLERS  # with the models of all services' events

    return merge_handlers(TENANT_REGISTRY_HANDLERS, HANDLERS)
