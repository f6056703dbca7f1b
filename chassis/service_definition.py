"""What a service is made of (`ServiceDefinition`), and what it is made from (`ServiceContext`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chassis.clock import Clock
from chassis.http.permissions import TenantRegistry
from chassis.http.routing import APIRouter
from chassis.identity.signatures import Signatures
from chassis.identity.tokens import Verifier
from chassis.ids import Secrets
from chassis.jobs.heartbeat import Heartbeat
from chassis.jobs.lease import Lease
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.messaging.event_processor import EventProcessor
from chassis.messaging.projection import Handler
from chassis.operations.metrics import Metrics
from chassis.pages.pages import Pages
from chassis.programme import Programme
from chassis.settings import Settings
from chassis.storage.mongo import Database
from chassis.storage.tenant_offboarding import TenantOffboarding


@dataclass
class ServiceContext:
    """What the chassis gives to a service's composition root."""

    name: str
    settings: Settings
    database: Database
    clock: Clock
    secrets: Secrets
    signatures: Signatures
    metrics: Metrics
    verifier: Verifier
    lease: Lease
    """Of the one worker that relays events and does what is due; all workers of a service share the consuming."""
    wake_relay: Callable[[], None] = field(default=lambda: None)
    processor: EventProcessor | None = None


class Loop(Protocol):
    """Runs until cancelled; its heartbeat says whether it makes progress."""

    heartbeat: Heartbeat

    async def run(self) -> None: ...


@dataclass
class ServiceDefinition:
    """What a service is made of, returned by its composition root (`services/<name>/service.py: compose(context)`)."""

    programme: Programme
    tenant_registry: TenantRegistry
    routers: Sequence[APIRouter]
    handlers: Callable[[], Mapping[str, Handler]]
    """What the service does with an event, by its type; asked for when the first event is handled, which an API never does."""
    outboxes: Sequence[str]
    jobs: Sequence[ScheduledJob]
    prepare: Callable[[], Awaitable[None]]
    """Creates indexes and what else must be there before the first request; repeating it changes nothing."""
    loops: Sequence[Loop] = ()
    """What else a worker runs all the time."""
    state: dict[str, Any] = field(default_factory=dict)
    """What routes find in `request.app.state`."""
    incoming_pause: float = 0.25
    """Seconds between batches of events, where nobody waits for what becomes of one: several cost little more than one does."""
    outgoing_pause: float = 0.05
    """The same between rounds of the relay, for the events of this service."""
    body_limits: Mapping[str, int] = field(default_factory=dict)
    """Bytes that a body may have, by regular expression of the path, where the usual limit is too low (files)."""
    rate_limits: Mapping[str, str] = field(default_factory=dict)
    """Limits of the service's own, as `30/hour`, by the names that `Permission(limited=…)` takes."""
    offboarding: TenantOffboarding | None = None
    """What the service does at the offboarding of a tenant."""
    read_model: Sequence[str] = ()
    """Collections that events alone fill; they can be made anew (`chassis.messaging.rebuild`)."""
    pages: Pages | None = None
    """The service's pages: their assets are served at `/{service}/static`, and readers get errors as pages."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What events and jobs are about, in words for staff, by the beginning of their names: for the pages of what got stuck."""


Compose = Callable[[ServiceContext], ServiceDefinition]


def merge_handlers(*tables: Mapping[str, Handler]) -> dict[str, Handler]:
    """Merges tables of handlers; an event that several tables handle is handled by all of them."""

    def both(first: Handler, second: Handler) -> Handler:
        return lambda envelope, event: [*first(envelope, event), *second(envelope, event)]

    merged: dict[str, Handler] = {}
    for table in tables:
        for name, handler in table.items():
            merged[name] = both(merged[name], handler) if name in merged else handler
    return merged
