"""Composition root of notifications."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.aggregates import Aggregates
from chassis.departures import Departure
from chassis.due import DueWork
from chassis.forms import Forms
from chassis.pages import Pages
from chassis.service import Context, Parts
from chassis.tenant_export import export_router
from contracts.notifications import DepartureReceipted
from services.notifications import pages_staff, people
from services.notifications.api import router
from services.notifications.call_list import CallList
from services.notifications.coordinators import Coordinators
from services.notifications.delivery import Delivery
from services.notifications.erasure import Erasure
from services.notifications.letters import Letters
from services.notifications.subscriptions import HANDLERS


def compose(context: Context) -> Parts:
    """Put the service together."""
    intents = Aggregates(context.database, "intents", lambda: context.wake_relay())
    announcements = Aggregates(context.database, "announcements")
    erasures = Aggregates(context.database, "erasures", lambda: context.wake_relay())
    reminders, coordinators = Aggregates(context.database, "reminders"), Coordinators(context.database)
    delivery = Delivery(context, intents)
    erasure = Erasure(context, intents, erasures)
    due = [
        DueWork(
            "deliver", intents.collection, delivery.deliver, context.lease, context.clock, context.metrics, poll=0.1
        ),
        DueWork(
            "announce",
            announcements.collection,
            delivery.announce,
            context.lease,
            context.clock,
            context.metrics,
            poll=1,
        ),
        DueWork(
            "remind", reminders.collection, coordinators.remind, context.lease, context.clock, context.metrics, poll=1
        ),
        DueWork("erase", erasures.collection, erasure.carry_out, context.lease, context.clock, context.metrics, poll=1),
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

    return Parts(
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
        departure=Departure(DepartureReceipted),
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
