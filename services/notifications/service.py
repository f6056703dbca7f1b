"""Composition root of notifications."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chassis.messaging.projection import Handler
from chassis.pages.pages import Pages
from chassis.service_definition import ServiceContext, ServiceDefinition, merge_handlers
from chassis.storage.tenant_offboarding import TenantOffboarding
from contracts.notifications import DepartureReceipted
from programme import FOLDER
from programme.programme import PROGRAMME
from programme.tenant_registry import TENANT_REGISTRY_HANDLERS
from services.notifications.event_handlers import HANDLERS
from services.notifications.jobs import mail_intake, scheduled_jobs
from services.notifications.metrics import NotificationMetrics
from services.notifications.repositories import repositories_of
from services.notifications.routers import routers
from services.notifications.services import services_of
from services.notifications.stuck_staff import WORDS
from services.notifications.transports import transports_of
from services.notifications.webhooks.event_handlers import handlers as webhook_handlers


def compose(context: ServiceContext) -> ServiceDefinition:
    """Put the service together: use cases on repositories and transports, then routes, event handlers and jobs on use cases."""
    repositories, transports = repositories_of(context), transports_of(context)
    metrics = NotificationMetrics(context.metrics)
    pages = Pages("notifications", FOLDER, Path(__file__).parent)
    services = services_of(context, repositories, transports, metrics, pages)
    due = scheduled_jobs(context, repositories, transports, services, metrics)

    def handlers() -> Mapping[str, Handler]:
        webhooks = webhook_handlers(lambda: repositories.webhooks.tenants)
        return merge_handlers(TENANT_REGISTRY_HANDLERS, HANDLERS, webhooks)

    return ServiceDefinition(
        programme=PROGRAMME,
        tenant_registry=services.tenant_registry,
        words=WORDS,
        routers=routers(),
        handlers=handlers,
        outboxes=["intents", "feedback", "erasures"],
        incoming_pause=0.0,  # people wait for their mail, nobody for the event that it was sent
        outgoing_pause=0.25,
        jobs=due,
        loops=mail_intake(context, services.mail_router, metrics),
        prepare=repositories.ensure_indexes,
        offboarding=TenantOffboarding(DepartureReceipted),
        state={"services": services},
        pages=pages,
    )
