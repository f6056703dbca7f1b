"""The reconciler: finishes what a registration still needs after its process died, and ends proofs of consent."""

from __future__ import annotations

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service_definition import ServiceContext
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from services.registration.erasures.person_erasure import PersonErasure
from services.registration.registrations.changing import RegistrationChanges
from services.registration.registrations.registering import Registering
from services.registration.registrations.repository import RegistrationRepository


def reconcile_job(
    context: ServiceContext,
    repository: RegistrationRepository,
    registering: Registering,
    changes: RegistrationChanges,
    person_erasure: PersonErasure,
) -> ScheduledJob:
    async def complete(stored: Document) -> None:
        scope, registration = of_document(stored), repository.read(stored)
        if registration.erased:
            await person_erasure.end_proof(scope, registration)
        elif registration.wanted:
            await changes.complete(scope, registration)
        else:
            await registering.reconcile(scope, registration)

    work = (context.lease, context.clock, context.metrics)
    return ScheduledJob("reconcile", repository.collection, complete, *work, poll=1)
