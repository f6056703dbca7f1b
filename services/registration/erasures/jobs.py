"""The job that carries out erasures."""

from __future__ import annotations

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service_definition import ServiceContext
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from services.registration.erasures.erasures import Erasures
from services.registration.erasures.repository import ErasureRepository


def erasures_job(context: ServiceContext, repository: ErasureRepository, erasures: Erasures) -> ScheduledJob:
    async def carry_out(stored: Document) -> None:
        await erasures.carry_out(of_document(stored), repository.read(stored))

    work = (context.lease, context.clock, context.metrics)
    return ScheduledJob("erase", repository.collection, carry_out, *work, parallel=4, poll=1)
