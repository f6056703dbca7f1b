"""Composition root of registration."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pymongo import ASCENDING, IndexModel

from chassis.http.security_txt import security_txt_router
from chassis.identity.sign_in import sign_in_router
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.pages.forms import Forms
from chassis.pages.pages import Pages
from chassis.service import ServiceContext, ServiceDefinition, merge_handlers
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from services.registration.audit import api as api_audit
from services.registration.audit import event_handlers as audit_events
from services.registration.audit import staff_pages as audit_pages
from services.registration.audit.repository import AuditRepository
from services.registration.audit.trail import AuditTrail
from services.registration.calls import event_handlers as call_events
from services.registration.calls.jobs import call_outcomes_job
from services.registration.calls.outcomes import CallOutcomes
from services.registration.calls.repository import CallRepository
from services.registration.contact_confirmation.confirming import ContactConfirmation
from services.registration.desk import api_door, api_lists, staff_pages_door, staff_pages_intake, staff_pages_lists
from services.registration.desk.door import Door
from services.registration.desk.lists import Lists
from services.registration.desk.search import Search
from services.registration.domain.commands import Lapse
from services.registration.erasures.event_handlers import HANDLERS
from services.registration.gathering_series.series import Series
from services.registration.gatherings import (
    api_gatherings,
    pages_gathering,
    pages_plan_staff,
    pages_planning_staff,
    pages_public,
)
from services.registration.gatherings.gatherings import INDEX, Gatherings
from services.registration.gazetteer import api as api_gazetteer
from services.registration.gazetteer.gazetteer import Gazetteer
from services.registration.gazetteer.repository import GazetteerRepository
from services.registration.municipalities import administration, pages_legal
from services.registration.needs import api as api_needs
from services.registration.needs import staff_pages as needs_pages
from services.registration.needs.needs import Needs
from services.registration.parts import Registration
from services.registration.people import privacy
from services.registration.planning.planning import Planning
from services.registration.registrations import api as api_registrations
from services.registration.registrations import pages as pages_mine
from services.registration.registrations.changing import RegistrationChanges
from services.registration.registrations.registering import Registrations
from services.registration.registrations.repository import RegistrationRepository
from services.registration.seats.repository import SeatLedgers
from services.registration.tenant_offboarding.repository import OffboardingReceipts
from services.registration.tenant_offboarding.tenant_offboarding import OFFBOARDING, TenantOffboardings


def compose(context: ServiceContext) -> ServiceDefinition:
    """Put the service together."""

    def wake() -> None:
        context.wake_relay()

    municipal = Aggregates(context.database, "municipalities", wake)
    gathered = Aggregates(context.database, "gatherings", wake)
    registered = Aggregates(context.database, "registrations", wake)
    ledgers = SeatLedgers(gathered, context.database, context.clock, context.metrics)
    repository = RegistrationRepository(registered, context.metrics)
    registrations = Registrations(
        repository, ledgers, context.clock, context.secrets, context.metrics, context.settings.public_url
    )
    administers = administration.administration(context, municipal)
    planning = Planning(gathered, ledgers, context.secrets, context.clock)
    calls = CallRepository(context.database)
    outcomes = CallOutcomes(repository, ledgers, calls)
    confirmation = ContactConfirmation(repository, registrations, outcomes, context.secrets, context.clock)
    changes = RegistrationChanges(repository, registrations, ledgers, context.secrets, context.clock)
    protects = privacy.privacy(context, repository, gathered, registrations, ledgers, administers)
    leaving = TenantOffboardings(
        municipal,
        repository,
        OffboardingReceipts(context.database),
        protects.erasures,
        administers.tenant_registry,
        context.clock,
    )
    gazetteer = GazetteerRepository(Aggregates(context.database, "gazetteer", wake))
    gatherings, lists = Gatherings(gathered), Lists(repository, ledgers, registrations)
    audit_entries = AuditRepository(context.database)
    parts = Registration(
        administers,
        leaving,
        gatherings,
        planning,
        Series(gathered, planning, context.secrets),
        registrations,
        outcomes,
        confirmation,
        changes,
        Needs(ledgers),
        lists,
        Search(repository, gatherings, lists, context.clock),
        Door(repository, ledgers, registrations),
        AuditTrail(audit_entries, gathered),
        protects,
        Gazetteer(gazetteer, context.clock),
        context.clock,
        context.secrets,
        context.settings.public_url,
    )

    async def prepare() -> None:
        series = [("tenant", ASCENDING), ("series", ASCENDING)]
        await asyncio.gather(
            administration.prepare(context, municipal),
            privacy.prepare(context),
            audit_entries.ensure_indexes(),
            ledgers.ensure_indexes(),
            calls.ensure_indexes(),
            gazetteer.ensure_indexes(),
            gathered.ensure_indexes(
                [INDEX, IndexModel(series, name="series", partialFilterExpression={"series": {"$exists": True}})]
            ),
            repository.ensure_indexes(),
        )

    async def lapse(document: Document) -> None:
        await ledgers.execute(of_document(document), document["_id"], Lapse())

    async def complete(registration: Document) -> None:
        if registration.get("erased"):
            await protects.forgetting.end_proof(registration)
        else:
            await (changes.complete if registration.get("wanted") else registrations.reconcile)(registration)

    pages = Pages("registration", Path(__file__).parent)
    forms = Forms(context.secrets, context.clock)
    return ServiceDefinition(
        routers=[
            # First, because routes are tried in order, and registering is what people crowd at.
            api_registrations.router,
            pages_gathering.router,
            api_gatherings.router,
            api_lists.router,
            api_audit.router,
            api_needs.router,
            api_door.router,
            api_gazetteer.router,
            *administration.API,
            *privacy.API,
            *privacy.PAGES,
            *administration.PAGES,
            sign_in_router(context.settings, pages, forms),
            security_txt_router(context.name, context.settings, context.clock),
            pages_mine.router,
            needs_pages.router,
            pages_plan_staff.router,
            pages_planning_staff.router,
            staff_pages_door.router,
            staff_pages_lists.router,
            audit_pages.router,
            staff_pages_intake.router,
            pages_legal.router,
            pages_public.router,
        ],
        handlers=merge_handlers(HANDLERS, administration.HANDLERS, audit_events.HANDLERS, call_events.HANDLERS),
        outboxes=["municipalities", "gatherings", "registrations", "erasures"],
        due=[
            *administers.due,
            *protects.due,
            ScheduledJob(
                "municipalities",
                municipal.collection,
                leaving.carry_out,
                context.lease,
                context.clock,
                context.metrics,
                poll=1,
            ),
            call_outcomes_job(context, outcomes),
            ScheduledJob("lapse", gathered.collection, lapse, context.lease, context.clock, context.metrics),
            ScheduledJob(
                "reconcile", registered.collection, complete, context.lease, context.clock, context.metrics, poll=1
            ),
        ],
        prepare=prepare,
        offboarding=OFFBOARDING,
        tenant_registry=administers.tenant_registry,
        state={"registration": parts, "pages": pages, "forms": forms},
        pages=pages,
    )
