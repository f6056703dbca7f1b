"""The scheduled jobs of all features: what a worker does when its time has come."""

from __future__ import annotations

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service_definition import ServiceContext
from services.registration.calls.jobs import call_outcomes_job
from services.registration.erasures.jobs import erasures_job
from services.registration.late_messages.extending import LateMessages
from services.registration.late_messages.jobs import late_messages_job
from services.registration.peer_visits.draft_gathering import DraftVisitGathering
from services.registration.peer_visits.jobs import visits_job
from services.registration.registrations.jobs import reconcile_job
from services.registration.repositories import Repositories
from services.registration.retention.jobs import retention_job
from services.registration.retention.retention import Retention
from services.registration.seats.jobs import lapse_job
from services.registration.services import Services
from services.registration.tenant_offboarding.jobs import municipalities_job


def scheduled_jobs(context: ServiceContext, repositories: Repositories, services: Services) -> list[ScheduledJob]:
    """List the jobs of all features."""
    registrations, ledgers = repositories.registrations, repositories.ledgers
    retention = Retention(registrations, ledgers, services.erasures, services.tenant_registry, context.clock)
    late_messages = LateMessages(registrations, ledgers, repositories.late_messages)
    drafting = DraftVisitGathering(
        repositories.accepted_visits, services.planning, services.tenant_registry, context.secrets
    )
    gatherings = repositories.gatherings.collection
    return [
        erasures_job(context, repositories.erasures, services.erasures),
        retention_job(context, gatherings, retention),
        municipalities_job(context, repositories.municipalities, services.offboarding),
        call_outcomes_job(context, services.call_outcomes),
        late_messages_job(context, late_messages),
        visits_job(context, repositories.accepted_visits, drafting),
        lapse_job(context, gatherings, ledgers),
        reconcile_job(context, registrations, services.registering, services.changes, services.person_erasure),
    ]
