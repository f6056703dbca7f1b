"""The job that carries out the recorded outcomes of calls."""

from __future__ import annotations

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service_definition import ServiceContext
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from services.registration.calls.outcomes import CallOutcomes


def call_outcomes_job(context: ServiceContext, outcomes: CallOutcomes) -> ScheduledJob:
    async def carry_out(stored: Document) -> None:
        await outcomes.carry_out(of_document(stored), outcomes.calls.read(stored))

    collection = outcomes.calls.collection
    return ScheduledJob("calls", collection, carry_out, context.lease, context.clock, context.metrics, poll=1)
