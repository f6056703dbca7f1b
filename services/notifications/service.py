"""Composition root of notifications."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.http.tenant_export import export_router
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.pages.forms import Forms
from chassis.pages.pages import Pages
from chassis.service import ServiceContext, ServiceDefinition
from chassis.storage.aggregates import Aggregates
from chassis.storage.tenant_offboarding import TenantOffboarding
from contracts.notifications import DepartureReceipted
from services.notifications import pages_staff, people
from services.notifications.api import router
from services.notifications.call_list import CallList
from services.notifications.coordinators import Coordinators
from services.notifications.delivery import Delivery
from services.notifications.erasure import Erasure
from services.notifications.letters import Letters
from services.notifications.subscriptions import HANDLERS


def compose(context: ServiceContext) -> ServiceDefinition:
    """Put the service together."""
    intents = Aggregates(context.database, "intents", lambda: context.wake_relay())
    announcements = Aggregates(context.database, "announcements")
    erasures = Aggregates(context.database, "erasures", lambda: context.wake_relay())
    reminders, coordinators = Aggregates(context.database, "reminders"), Coordinators(context.database)
    delivery = Delivery(context, intents)
    erasure = Erasure(context, intents, erasures)
    due = [
        ScheduledJob(
            "deliver", intents.collection, delivery.deliver, context.lease, context.clock, context.metrics, poll=0.1
        ),
        ScheduledJob(
            "announce",
            announcements.collection,
            delivery.announce,
            context.lease,
            context.clock,
            context.metrics,
            poll=1,
        ),
        ScheduledJob(
            "remind", reminders.collection, coordinators.remind, context.lease, context.clock, context.metrics, poll=1
        ),
        ScheduledJob(
            "erase", erasures.collection, erasure.carry_out, context.lease, context.clock, context.metrics, poll=1
        ),
    ]

    pages = Pages("notifications", Path(__file__).parent)

    async def prepare() -> None:
        order = [("tenant", ASCENDING), ("status", ASCENDING), ("_id", ASCENDING)]
        newest = [("tenant", ASCENDING), ("at", DESCENDING)]
        contact = [("tenant", ASCENDING), ("contact", ASCENDING)]
        await asyncio.gather(
            intents.ensure_indexes(
                [
                    IndexModel(order, name="status"),
                    IndexModel(newest, name="newest"),
                    IndexModel(contact, name="contact"),
                ]
            ),
            announcements.ensure_indexes(),
            reminders.ensure_indexes(),
            erasures.ensure_indexes(),
            context.database["participants"].create_indexes([IndexModel([("gathering", ASCENDING)], name="gathering")]),
        )

    def wake() -> None:
        for one in due:
            one.wake()

    return ServiceDefinition(
        routers=[
            router,
            people.router,
            export_router("notifications", {"contacts": None, "intents": None}),
            pages_staff.router,
        ],
        handlers=HANDLERS,
        outboxes=["intents", "erasures"],
        due=due,
        prepare=prepare,
        offboarding=TenantOffboarding(DepartureReceipted),
        state={
            "intents": intents,
            "calls": CallList(context.database, intents, context.clock, context.settings.public_url),
            "letters": Letters(context.database, intents, context.clock, context.settings.public_url),
            "pages": pages,
            "forms": Forms(context.secrets, context.clock),
        },
        events=wake,
        pages=pages,
    )
