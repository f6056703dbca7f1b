"""The job that takes late messages into account."""

from __future__ import annotations

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service_definition import ServiceContext
from services.registration.late_messages.extending import LateMessages


def late_messages_job(context: ServiceContext, late: LateMessages) -> ScheduledJob:
    return ScheduledJob(
        "late-messages", late.late.collection, late.carry_out, context.lease, context.clock, context.metrics, poll=1
    )
