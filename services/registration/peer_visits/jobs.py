"""The job that drafts gatherings of visits."""

from __future__ import annotations

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service_definition import ServiceContext
from services.registration.peer_visits.draft_gathering import DraftVisitGathering
from services.registration.peer_visits.repository import AcceptedVisits


def visits_job(context: ServiceContext, visits: AcceptedVisits, drafting: DraftVisitGathering) -> ScheduledJob:
    work = (context.lease, context.clock, context.metrics)
    return ScheduledJob("draft-visits", visits.collection, drafting.carry_out, *work, poll=5)
