"""Composition root of reporting."""

from __future__ import annotations

import asyncio
from pathlib import Path

from chassis.http.tenant_export import export_router
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.pages.pages import Pages
from chassis.service import ServiceContext, ServiceDefinition
from chassis.storage.aggregates import Aggregates
from chassis.storage.erasure_receipts import receipt, receipt_for
from chassis.storage.mongo import Document
from chassis.storage.tenant_offboarding import TenantOffboarding
from contracts.reporting import DepartureReceipted, ErasureReceipted
from services.reporting import (
    api,
    api_joint,
    api_people,
    api_series,
    pages_joint_staff,
    pages_series_staff,
    pages_staff,
)
from services.reporting.joint import HANDLERS as OF_JOINT
from services.reporting.joint import JointReports
from services.reporting.measures import AgreedMeasures
from services.reporting.store import Reports
from services.reporting.subscriptions import HANDLERS

REMAINS = "size, language and wishes of the registration, counted without any reference to the person"

EXPORTED = dict.fromkeys(("gatherings", "participants", "assessments", "measures", "joint_assessments"), None)


def compose(context: ServiceContext) -> ServiceDefinition:
    """Put the service together."""
    reports = Reports(context.database)
    measures = AgreedMeasures(context.database, context.clock)
    joint_reports = JointReports(context.database)
    erasures = Aggregates(context.database, "erasures", lambda: context.wake_relay())

    async def forget(erasure: Document) -> None:
        # Rows know a registration by its random id alone: there is nothing to remove, and that is the receipt.
        event = ErasureReceipted(person_id=receipt_for(erasure), removed={}, remains=(REMAINS,))
        await receipt(erasures, erasure, event, context.clock)

    due = ScheduledJob("erase", erasures.collection, forget, context.lease, context.clock, context.metrics, poll=1)

    async def prepare() -> None:
        kept = (reports, measures, joint_reports, erasures)
        await asyncio.gather(*(one.ensure_indexes() for one in kept))

    pages = Pages("reporting", Path(__file__).parent)
    return ServiceDefinition(
        routers=[
            export_router("reporting", EXPORTED),
            api.router,
            api_people.router,
            api_series.router,
            api_joint.router,
            pages_joint_staff.router,
            pages_series_staff.router,
            pages_staff.router,
        ],
        handlers=HANDLERS | OF_JOINT,
        outboxes=["erasures"],
        due=[due],
        offboarding=TenantOffboarding(DepartureReceipted),
        prepare=prepare,
        events=due.wake,
        state={"reports": reports, "agreed_measures": measures, "joint_reports": joint_reports, "pages": pages},
        pages=pages,
    )
