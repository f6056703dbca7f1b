"""Composition root of reporting."""

from __future__ import annotations

from pathlib import Path

from chassis.pages.form_tokens import Forms
from chassis.pages.pages import Pages
from chassis.service_definition import ServiceContext, ServiceDefinition, merge_handlers
from chassis.storage.tenant_offboarding import TenantOffboarding
from contracts.reporting import DepartureReceipted
from programme import FOLDER
from programme.programme import PROGRAMME
from programme.tenant_registry import TENANT_REGISTRY_HANDLERS
from services.reporting.event_handlers import HANDLERS
from services.reporting.jobs import scheduled_jobs
from services.reporting.practices.indexing import IndexByPresentRules
from services.reporting.repositories import repositories_of
from services.reporting.routers import routers
from services.reporting.services import services_of
from services.reporting.stuck_staff import WORDS

READ_MODEL = (
    "tenants",
    "staff",
    "gatherings",
    "participants",
    "questionnaires",
    "assessments",
    "measures",
    "joint_assessments",
    "feedback",
    "gazetteer",
)
"""Collections that events alone fill, so that they can be made anew from them; all others are reporting's own."""


def compose(context: ServiceContext) -> ServiceDefinition:
    """Put the service together: use cases on repositories, then routes, event handlers and jobs on use cases."""
    repositories = repositories_of(context)
    services = services_of(context, repositories)
    jobs = scheduled_jobs(context, repositories, services)
    pages = Pages("reporting", FOLDER, Path(__file__).parent)
    participation = repositories.participation
    index_by_present_rules = IndexByPresentRules(repositories.practices, repositories.practice_index, context.clock)

    async def prepare() -> None:
        await repositories.ensure_indexes()
        await index_by_present_rules.begin()
        await participation.begin_freezing(await participation.list_unfrozen(), context.clock.now())

    return ServiceDefinition(
        programme=PROGRAMME,
        words=WORDS,
        routers=routers(),
        handlers=lambda: merge_handlers(TENANT_REGISTRY_HANDLERS, HANDLERS),
        outboxes=[
            "erasures",
            "practices",
            "waves",
            "marks",
            "questions",
            "answers",
            "followings",
            "rings",
            "visits",
            "report_mails",
            "action_plans",
        ],
        jobs=jobs,
        prepare=prepare,
        read_model=READ_MODEL,
        offboarding=TenantOffboarding(DepartureReceipted),
        tenant_registry=services.tenant_registry,
        state={"services": services, "pages": pages, "forms": Forms(context.secrets, context.clock)},
        pages=pages,
    )
