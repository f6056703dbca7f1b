"""The job that applies the retention rule to gatherings that are due."""

from __future__ import annotations

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service_definition import ServiceContext
from chassis.storage.mongo import Collection, Document
from chassis.storage.tenancy import of_document
from services.registration.retention.retention import Retention


def retention_job(context: ServiceContext, gatherings: Collection, retention: Retention) -> ScheduledJob:
    async def apply_rule(stored: Document) -> None:
        await retention.apply(of_document(stored), stored["_id"])

    work = (context.lease, context.clock, context.metrics)
    return ScheduledJob("retention", gatherings, apply_rule, *work, parallel=4, poll=2, field="forget_at", brief=True)
