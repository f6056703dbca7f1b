"""The job that handles deadlines of gatherings: offers lapse, unconfirmed seats pass on, attendance is published."""

from __future__ import annotations

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service_definition import ServiceContext
from chassis.storage.mongo import Collection, Document
from chassis.storage.tenancy import of_document
from services.registration.domain.commands import Lapse
from services.registration.seats.repository import SeatLedgers


def lapse_job(context: ServiceContext, gatherings: Collection, ledgers: SeatLedgers) -> ScheduledJob:
    async def lapse(stored: Document) -> None:
        await ledgers.execute(of_document(stored), stored["_id"], Lapse())

    return ScheduledJob("lapse", gatherings, lapse, context.lease, context.clock, context.metrics, brief=True)
