"""The part of registration that is about people's rights, put together: forgetting, retention, export."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from pymongo import ASCENDING, IndexModel

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service import ServiceContext
from chassis.storage.aggregates import Aggregates
from services.registration.municipalities.administration import Administration
from services.registration.people import api_people, pages_people, pages_privacy_staff
from services.registration.people.erasures import Erasures
from services.registration.people.forgetting import Forgetting
from services.registration.people.known_people import KnownPeople
from services.registration.people.people import People
from services.registration.people.remaining import Remaining
from services.registration.people.retention import Retention
from services.registration.registrations.registering import Registrations
from services.registration.seats.repository import SeatLedgers

API: Sequence[APIRouter] = (api_people.router,)
PAGES: Sequence[APIRouter] = (pages_people.router, pages_privacy_staff.router)


@dataclass(frozen=True)
class Privacy:
    """Found by routes in `parts.privacy`."""

    erasures: Erasures
    forgetting: Forgetting
    people: People
    remaining: Remaining
    due: Sequence[ScheduledJob]


def privacy(
    context: ServiceContext,
    registered: Aggregates,
    gathered: Aggregates,
    registrations: Registrations,
    ledgers: SeatLedgers,
    administration: Administration,
) -> Privacy:
    """Put it together."""
    asked = Aggregates(context.database, "erasures", lambda: context.wake_relay())
    tenant_registry = administration.tenant_registry
    forgetting = Forgetting(
        registered,
        ledgers,
        tenant_registry,
        administration.staff,
        administration.applications,
        context.secrets,
        context.clock,
    )
    erasures = Erasures(
        asked,
        registered,
        context.database["receipts"],
        forgetting,
        KnownPeople(context.database),
        context.secrets,
        context.clock,
    )
    retention = Retention(registered, ledgers, erasures, tenant_registry, context.clock)
    work = (context.lease, context.clock, context.metrics)
    return Privacy(
        erasures,
        forgetting,
        People(registered, registrations, context.secrets, context.signatures, context.clock),
        Remaining(context.database, gathered, erasures, tenant_registry),
        [
            ScheduledJob("erase", asked.collection, erasures.carry_out, *work, parallel=4, poll=1),
            ScheduledJob(
                "retention", gathered.collection, retention.look, *work, parallel=4, poll=2, field="forget_at"
            ),
        ],
    )


async def prepare(context: ServiceContext) -> None:
    """Indexes."""
    person = [IndexModel([("tenant", ASCENDING), ("person", ASCENDING)], name="person")]
    forget = [
        IndexModel([("forget_at", ASCENDING)], name="forget", partialFilterExpression={"forget_at": {"$exists": True}})
    ]
    await asyncio.gather(
        Aggregates(context.database, "erasures").ensure_indexes(
            [
                IndexModel([("tenant", ASCENDING), ("about", ASCENDING), ("_id", ASCENDING)], name="about"),
                IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="listed"),
            ]
        ),
        context.database["receipts"].create_indexes(person),
        context.database["gatherings"].create_indexes(forget),
    )
