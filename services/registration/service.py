"""Composition root of registration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chassis.messaging.projection import Handler
from chassis.pages.form_tokens import Forms
from chassis.pages.pages import Pages
from chassis.service_definition import ServiceContext, ServiceDefinition, merge_handlers
from programme import FOLDER
from programme.programme import PROGRAMME
from programme.tenant_registry import TENANT_REGISTRY_HANDLERS
from services.registration.erasures.repository import KNOWN_PEOPLE
from services.registration.jobs import scheduled_jobs
from services.registration.repositories import repositories_of
from services.registration.routers import routers
from services.registration.services import services_of
from services.registration.stuck_staff import WORDS
from services.registration.tenant_offboarding.tenant_offboarding import OFFBOARDING

POSTERS = "30/minute"
"""Posters that are made anew for one address: each takes some 0.3 s, and languages can be combined in thousands of ways."""
CODES = "1200/minute"
"""Codes of invitations that one address tries by opening links: as many as may sign up, so that a class with one address can, and so few
of the 110 thousand millions that nobody guesses one."""

LARGEST_UPLOAD = 2_000_000
"""Bytes of a catalogue: as many characters as are taken of it, in scripts whose letters are three bytes long."""


def compose(context: ServiceContext) -> ServiceDefinition:
    """Put the service together: use cases on repositories, then routes, event handlers and jobs on use cases."""
    repositories = repositories_of(context)
    services = services_of(context, repositories)
    pages = Pages("registration", FOLDER, Path(__file__).parent)
    forms = Forms(context.secrets, context.clock)

    async def prepare() -> None:
        await repositories.ensure_indexes()
        await services.municipalities.index_names()

    return ServiceDefinition(
        programme=PROGRAMME,
        words=WORDS,
        body_limits={
            r"/registration/v1/[^/]+/interface-languages/[^/]+/versions": LARGEST_UPLOAD,
            r"/registration/[^/]+/settings/languages": LARGEST_UPLOAD,
        },
        rate_limits={"applications": context.settings.application_rate_limit, "posters": POSTERS, "codes": CODES},
        routers=routers(context, pages, forms),
        handlers=_handlers,
        outboxes=["municipalities", "gatherings", "registrations", "erasures", "gazetteer"],
        jobs=scheduled_jobs(context, repositories, services),
        prepare=prepare,
        read_model=[KNOWN_PEOPLE],
        offboarding=OFFBOARDING,
        tenant_registry=services.tenant_registry,
        state={"registration": services, "pages": pages, "forms": forms},
        pages=pages,
    )


def _handlers() -> Mapping[str, Handler]:
    from services.registration.event_handlers import HANDLERS  # with the models of all services' events

    return merge_handlers(TENANT_REGISTRY_HANDLERS, HANDLERS)
