"""Composition root of selfcheck."""

from __future__ import annotations

from pathlib import Path

from chassis.pages.form_tokens import Forms
from chassis.pages.pages import Pages
from chassis.service_definition import ServiceContext, ServiceDefinition, merge_handlers
from chassis.storage.mongo import Document
from chassis.storage.tenant_offboarding import TenantOffboarding
from contracts.selfcheck import DepartureReceipted
from programme import FOLDER
from programme.programme import PROGRAMME
from programme.tenant_registry import TENANT_REGISTRY_HANDLERS, EventTenantRegistry
from services.selfcheck.domain.evidence import MAX_FILE
from services.selfcheck.event_handlers import HANDLERS
from services.selfcheck.evidence.api import UPLOADS
from services.selfcheck.jobs import scheduled_jobs
from services.selfcheck.questionnaires import api as api_questionnaires
from services.selfcheck.questionnaires.questionnaire_xlsx import MAX_UPLOAD
from services.selfcheck.repositories import repositories_of
from services.selfcheck.routers import ROUTERS
from services.selfcheck.services import services_of
from services.selfcheck.stuck_staff import WORDS
from services.selfcheck.workshop.board_html import BoardHtml

BALLOTS = "240/minute"
"""From one address in one vote: a hall that shares a Wi-Fi gets through, a program does not."""


def compose(context: ServiceContext) -> ServiceDefinition:
    """Put the service together: use cases on repositories, then routes, event handlers and jobs on use cases."""
    repositories = repositories_of(context)
    services = services_of(context, repositories)
    pages = Pages("selfcheck", FOLDER, Path(__file__).parent)

    async def before_leaving(offboarding: Document) -> None:
        await services.erasure.erase_respondents(offboarding)
        await services.joint_sync.leave(offboarding)

    async def prepare() -> None:
        await repositories.ensure_indexes()
        await repositories.questionnaires.prepare(context.clock.now())

    return ServiceDefinition(
        programme=PROGRAMME,
        tenant_registry=EventTenantRegistry(context.database),
        words=WORDS,
        routers=ROUTERS,
        handlers=lambda: merge_handlers(TENANT_REGISTRY_HANDLERS, HANDLERS),
        outboxes=["questionnaires", "assessments", "sheets", "measures", "joint_assessments", "erasures"],
        jobs=scheduled_jobs(context, repositories, services),
        offboarding=TenantOffboarding(DepartureReceipted, before=before_leaving),
        prepare=prepare,
        rate_limits={"ballots": BALLOTS},
        body_limits={UPLOADS: MAX_FILE + 64 * 1024, api_questionnaires.UPLOADS: MAX_UPLOAD},
        state={
            "selfcheck": services,
            "pages": pages,
            "board_html": BoardHtml(pages),
            "forms": Forms(context.secrets, context.clock),
        },
        pages=pages,
    )
