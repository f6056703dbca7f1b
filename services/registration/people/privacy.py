"""The part of registration that is about people's rights, put together: forgetting, retention, export."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service import ServiceContext
from chassis.storage.aggregates import Aggregates
from services.registration.erasures.erasures import Erasures
from services.registration.erasures.person_erasure import Forgetting
from services.registration.erasures.repository import ErasureRepository, KnownPeople
from services.registration.exports.person_export import People
from services.registration.municipalities.administration import Administration
from services.registration.people import api_people, pages_people, pages_privacy_staff
from services.registration.registrations.registering import Registrations
from services.registration.registrations.repository import RegistrationRepository
from services.registration.retention.remaining import Remaining
from services.registration.retention.repository import RetentionRepository
from services.registration.retention.retention import Retention
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
    repository: RegistrationRepository,
    gathered: Aggregates,
    registrations: Registrations,
    ledgers: SeatLedgers,
    administration: Administration,
) -> Privacy:
    """Put it together."""
    asked = ErasureRepository(context.database, Aggregates(context.database, "erasures", lambda: context.wake_relay()))
    tenant_registry = administration.tenant_registry
    forgetting = Forgetting(
        repository.aggregates,
        ledgers,
        tenant_registry,
        administration.staff,
        administration.applications,
        context.secrets,
        context.clock,
    )
    erasures = Erasures(
        asked, repository.aggregates, forgetting, KnownPeople(context.database), context.secrets, context.clock
    )
    retention = Retention(repository, ledgers, erasures, tenant_registry, context.clock)
    work = (context.lease, context.clock, context.metrics)
    return Privacy(
        erasures,
        forgetting,
        People(repository.aggregates, registrations, context.secrets, context.signatures, context.clock),
        Remaining(RetentionRepository(context.database), gathered, erasures, tenant_registry),
        [
            ScheduledJob("erase", asked.aggregates.collection, erasures.carry_out, *work, parallel=4, poll=1),
            ScheduledJob(
                "retention", gathered.collection, retention.look, *work, parallel=4, poll=2, field="forget_at"
            ),
        ],
    )


async def prepare(context: ServiceContext) -> None:
    """Indexes."""
    await asyncio.gather(
        ErasureRepository(context.database, Aggregates(context.database, "erasures")).ensure_indexes(),
        RetentionRepository(context.database).ensure_indexes(),
    )
