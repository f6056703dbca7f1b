"""The scheduled jobs of all features: what a worker does when its time has come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service_definition import ServiceContext
from chassis.storage.mongo import Collection, Document
from services.selfcheck.repositories import Repositories
from services.selfcheck.services import Services


def scheduled_jobs(context: ServiceContext, repositories: Repositories, services: Services) -> list[ScheduledJob]:
    """List the jobs of all features."""

    async def maintain_assessment(document: Document) -> None:
        assessment = repositories.assessments.read(document)
        await services.joint_sync.of_assessment(assessment)
        await (services.lifecycle if assessment.deleted_at else services.reminders).carry_out(assessment)

    async def sync_joint(document: Document) -> None:
        await services.joint_sync.of_joint(repositories.joints.read(document))

    def job(name: str, collection: Collection, handle: Callable[[Document], Awaitable[None]]) -> ScheduledJob:
        return ScheduledJob(name, collection, handle, context.lease, context.clock, context.metrics, poll=1)

    return [
        job("erase", repositories.erasures.collection, services.erasure.carry_out),
        job("assessments", repositories.assessments.collection, maintain_assessment),
        job("measures", repositories.measures.collection, services.measures.remind),
        job("joint", repositories.joints.collection, sync_joint),
    ]
