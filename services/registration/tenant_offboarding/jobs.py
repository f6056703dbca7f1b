"""The job that carries out what is due of municipalities: deletions, and applicants who are kept no longer."""

from __future__ import annotations

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service_definition import ServiceContext
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from services.registration.municipalities.repository import MunicipalityRepository
from services.registration.tenant_offboarding.tenant_offboarding import TenantOffboardings


def municipalities_job(
    context: ServiceContext, repository: MunicipalityRepository, offboarding: TenantOffboardings
) -> ScheduledJob:
    async def carry_out(stored: Document) -> None:
        await offboarding.carry_out(of_document(stored), repository.read(stored))

    work = (context.lease, context.clock, context.metrics)
    return ScheduledJob("municipalities", repository.collection, carry_out, *work, poll=1)
