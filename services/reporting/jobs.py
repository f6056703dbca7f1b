"""The scheduled jobs of all features: what a worker does when its time has come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service_definition import ServiceContext
from chassis.storage.mongo import Collection, Document
from services.reporting.council.packs import AT_ONCE
from services.reporting.privacy.people import ErasePeople
from services.reporting.repositories import Repositories
from services.reporting.services import Services

Handle = Callable[[Document], Awaitable[None]]


def scheduled_jobs(context: ServiceContext, repositories: Repositories, services: Services) -> list[ScheduledJob]:
    """List the jobs of all features."""

    def job(name: str, documents: Collection, handle: Handle, **options: Any) -> ScheduledJob:
        return ScheduledJob(name, documents, handle, context.lease, context.clock, context.metrics, **options)

    practices, waves, orders = repositories.practices, repositories.waves, repositories.pack_orders
    erase = ErasePeople(repositories.erasures, context.clock)
    return [
        job("erase", repositories.erasures.collection, erase.carry_out, poll=1),
        job("freeze", repositories.participation.freezings, services.freezing.carry_out, parallel=2, poll=30),
        job("confirm-practices", practices.collection, services.practices.ask_for_confirmation, poll=60),
        job("report-mails", repositories.report_mails.collection, services.report_mails.publish_due, poll=60),
        job("council-packs", orders.collection, services.pack_orders.carry_out, parallel=AT_ONCE, poll=1),
        job("visit-reports", repositories.visits.collection, services.visits.ask_for_report, poll=60),
        job("index-practices", practices.collection, services.practices.index, poll=5, field="index_at"),
        job("freeze-waves", waves.collection, services.freeze_waves.freeze_due, parallel=1, poll=30),
    ]
