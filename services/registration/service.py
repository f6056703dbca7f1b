"""Composition root of registration."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pymongo import ASCENDING, IndexModel

from chassis.identity.sign_in import sign_in_router
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.pages.forms import Forms
from chassis.pages.pages import Pages
from chassis.service import ServiceContext, ServiceDefinition, merge_handlers
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from services.registration.desk import api_door, api_lists, pages_desk_staff, pages_door_staff, pages_lists_staff
from services.registration.desk.door import Door
from services.registration.desk.lists import Lists
from services.registration.desk.search import Search
from services.registration.gatherings import (
    api_gatherings,
    pages_gathering,
    pages_plan_staff,
    pages_planning_staff,
    pages_public,
)
from services.registration.gatherings.gatherings import INDEX, Gatherings
from services.registration.gatherings.planning import Planning
from services.registration.gatherings.series import Series
from services.registration.municipalities import administration, pages_legal
from services.registration.municipalities.leaving import DEPARTURE, RECEIPTS, Leaving
from services.registration.parts import Registration
from services.registration.people import privacy
from services.registration.people.erasures import HANDLERS
from services.registration.people.known_people import HANDLERS as KNOWN
from services.registration.seats import (
    api_audit,
    api_registrations,
    audit,
    pages_audit_staff,
    pages_mine,
    pages_needs_staff,
)
from services.registration.seats.changes import Changes
from services.registration.seats.ledgers import Ledgers
from services.registration.seats.needs import Needs
from services.registration.seats.reaching import CALLS, Reaching
from services.registration.seats.reaching import HANDLERS as CALLED
from services.registration.seats.registrations import Registrations


def compose(context: ServiceContext) -> ServiceDefinition:
    """Put the service together."""

    def wake() -> None:
        context.wake_relay()

    municipal = Aggregates(context.database, "municipalities", wake)
    gathered = Aggregates(context.database, "gatherings", wake)
    registered = Aggregates(context.database, "registrations", wake)
    ledgers = Ledgers(gathered, context.clock, context.metrics)
    registrations = Registrations(
        registered, ledgers, context.clock, context.secrets, context.metrics, context.settings.public_url
    )
    administers = administration.administration(context, municipal)
    planning = Planning(gathered, ledgers, context.secrets, context.clock)
    calls = Aggregates(context.database, CALLS)
    reaching = Reaching(registered, ledgers, context.secrets, calls.collection)
    changes = Changes(registered, registrations, reaching, ledgers, context.secrets, context.clock)
    protects = privacy.privacy(context, registered, gathered, registrations, ledgers, administers)
    leaving = Leaving(
        municipal, registered, context.database[RECEIPTS], protects.erasures, administers.tenant_registry, context.clock
    )
    gatherings, lists = Gatherings(gathered), Lists(registered, ledgers, registrations)
    trail = audit.Audit(context.database, gathered)
    parts = Registration(
        administers,
        leaving,
        gatherings,
        planning,
        Series(gathered, planning, context.secrets),
        registrations,
        reaching,
        changes,
        Needs(ledgers),
        lists,
        Search(registered, gatherings, lists, context.clock),
        Door(registered, ledgers, registrations),
        trail,
        protects,
        context.clock,
        context.secrets,
        context.settings.public_url,
    )

    async def prepare() -> None:
        series = [("tenant", ASCENDING), ("series", ASCENDING)]
        await asyncio.gather(
            administration.prepare(context, municipal),
            privacy.prepare(context),
            trail.ensure_indexes(),
            calls.ensure_indexes(),
            gathered.ensure_indexes(
                [INDEX, IndexModel(series, name="series", partialFilterExpression={"series": {"$exists": True}})]
            ),
            registered.ensure_indexes(
                [
                    IndexModel([("tenant", ASCENDING), ("gathering", ASCENDING), ("_id", ASCENDING)], name="gathering"),
                    IndexModel([("tenant", ASCENDING), ("gathering", ASCENDING), ("keys", ASCENDING)], name="found_by"),
                ]
            ),
        )

    async def lapse(document: Document) -> None:
        # Every command lets lapse what is due first; this one does nothing else.
        await ledgers.run(of_document(document), document["_id"], lambda ledger, gathering, now: {})

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
            api_door.router,
            *administration.API,
            *privacy.API,
            *privacy.PAGES,
            *administration.PAGES,
            sign_in_router(context.settings, pages, forms),
            pages_mine.router,
            pages_needs_staff.router,
            pages_plan_staff.router,
            pages_planning_staff.router,
            pages_door_staff.router,
            pages_lists_staff.router,
            pages_audit_staff.router,
            pages_desk_staff.router,
            pages_legal.router,
            pages_public.router,
        ],
        handlers=merge_handlers(HANDLERS, KNOWN, administration.HANDLERS, audit.HANDLERS, CALLED),
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
            ScheduledJob(
                "calls", calls.collection, reaching.carry_out, context.lease, context.clock, context.metrics, poll=1
            ),
            ScheduledJob("lapse", gathered.collection, lapse, context.lease, context.clock, context.metrics),
            ScheduledJob(
                "reconcile", registered.collection, complete, context.lease, context.clock, context.metrics, poll=1
            ),
        ],
        prepare=prepare,
        offboarding=DEPARTURE,
        tenant_registry=administers.tenant_registry,
        state={"registration": parts, "pages": pages, "forms": forms},
        pages=pages,
    )
