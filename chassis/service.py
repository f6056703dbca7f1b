"""A service as a whole: built from its definition, run as an API, as a worker, or both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

from fastapi import FastAPI

from chassis.clock import Clock, ShiftedClock, SystemClock
from chassis.http.app import create_app
from chassis.http.openapi import describe
from chassis.http.rate_limits import LINK, PUBLIC, rate_limiters
from chassis.http.routes import page_routes, require_permissions
from chassis.http.routing import add_routes
from chassis.identity.sessions import Sessions
from chassis.identity.signatures import Signatures
from chassis.identity.tokens import verifier_for
from chassis.ids import secrets_of
from chassis.jobs.change_watch import ChangeWatch
from chassis.jobs.heartbeat import Heartbeat, stopping
from chassis.jobs.lease import Lease
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.jobs.tasks import run_together
from chassis.messaging.dead_letters import DeadLetterStore
from chassis.messaging.event_processor import EventProcessor
from chassis.operations.failpoints import arm
from chassis.operations.logs import get_logger
from chassis.operations.metrics import Metrics
from chassis.pages.form_tokens import Forms
from chassis.service_definition import Compose, ServiceContext, ServiceDefinition
from chassis.settings import Settings
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import PyMongoError, connect, is_unavailable
from chassis.storage.tenant_offboarding import COLLECTION as OFFBOARDINGS
from chassis.storage.tenant_offboarding import TenantOffboardings
from chassis.text.email_addresses import accept_international_addresses
from chassis.upkeep.admin_api import admin_router
from chassis.upkeep.dead_letters import DeadLetters
from chassis.upkeep.due_work import DueWork
from chassis.upkeep.staff_pages import Upkeep, upkeep_router

if TYPE_CHECKING:
    from faststream.kafka import KafkaBroker

    from chassis.messaging.relay import Relay

log = get_logger()

STOP_PATIENCE = 4.0
"""Seconds for which consumers may end what they are at; they are cancelled again soon after (`tasks.CANCEL_AGAIN_AFTER`)."""


class Service:
    """One service in this process: API, worker, or both."""

    def __init__(self, name: str, compose: Compose, settings: Settings) -> None:
        arm(settings.failpoints)
        accept_international_addresses(settings.smtp_utf8)
        self.name = name
        self._settings = settings
        metrics = Metrics(name)
        database = connect(settings, name)
        clock: Clock = ShiftedClock(settings.clock_file) if settings.clock_file else SystemClock()
        secrets = secrets_of(settings)
        self.context = ServiceContext(
            name,
            settings,
            database,
            clock,
            secrets,
            Signatures.of(settings, secrets, clock),
            metrics,
            verifier_for(settings),
            Lease(database["leases"], "worker"),
        )
        self._dead_letters = DeadLetterStore(database["parked"])
        self.definition = _with_offboarding(compose(self.context), self.context)
        self.processor = EventProcessor(
            database, self.definition.handlers, self._dead_letters, clock, metrics, self.definition.programme
        )
        self.processor.writer.on_written = self._wake_jobs_of
        self.context.processor = self.processor
        limits = {PUBLIC: settings.public_rate_limit, LINK: settings.link_rate_limit, **self.definition.rate_limits}
        self._rate_limiters = rate_limiters(limits, database, secrets, clock)
        self._due_work = DueWork(self.definition.jobs, clock)
        self._works = False

    @cached_property
    def relay(self) -> Relay:
        from chassis.messaging.relay import Relay  # an API never needs Kafka's client

        context = self.context
        return Relay(
            self.name,
            self._settings,
            context.database,
            self.definition.outboxes,
            context.lease,
            context.metrics,
            self.definition.programme.heartbeat_topics(self.name),
            self.definition.outgoing_pause,
        )

    @cached_property
    def broker(self) -> KafkaBroker:
        """What consumes events, in a worker."""
        from chassis.messaging.subscriptions import broker_for

        topics = self.definition.programme.consumed_by(self.name)
        return broker_for(self.name, self._settings, topics, self.processor, self.definition.incoming_pause)

    def app(self, works: bool) -> FastAPI:
        """The HTTP application; with `works`, the process also runs the worker while the application lives."""
        self._works = works

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            await self.prepare()
            worker = asyncio.create_task(self.work()) if works else None
            try:
                yield
            finally:
                if worker is not None:
                    worker.cancel()
                    with suppress(asyncio.CancelledError):
                        await worker
                await self.context.database.close()

        programme = self.definition.programme
        app = create_app(
            self.name, self._settings, self.context.metrics, self.ready, lifespan, programme, self.definition.pages
        )
        app.state.context = self.context
        app.state.verifier = self.context.verifier
        app.state.sessions = Sessions(self.context.signatures, self.context.secrets, programme.platform_roles)
        app.state.rate_limiters = dict(self._rate_limiters)
        app.state.tenant_registry = self.definition.tenant_registry
        app.state.body_limits = self.definition.body_limits
        app.state.pages = self.definition.pages
        app.state.forms = Forms(self.context.secrets, self.context.clock)
        for key, value in self.definition.state.items():
            setattr(app.state, key, value)
        letters = DeadLetters(self._dead_letters, self.processor, self.context.clock)
        upkeep = upkeep_router(Upkeep(self.name, letters, self._due_work, self.definition.words), programme)
        admin = admin_router(self.name, letters, programme)
        add_routes(app, (admin, upkeep, *self.definition.routers))
        require_permissions(app)
        app.state.page_routes = page_routes(app)
        describe(app, self.name)
        return app

    async def prepare(self) -> None:
        """Create the indexes; waits for MongoDB, because a service may start before it."""
        while True:
            try:
                await asyncio.gather(
                    self._dead_letters.ensure_indexes(),
                    self._rate_limiters[PUBLIC].ensure_indexes(),
                    self._due_work.ensure_indexes(),
                    self.definition.prepare(),
                )
            except PyMongoError as error:
                if not is_unavailable(error):
                    raise
                log.warning("waiting for MongoDB", error=type(error).__name__)
                await asyncio.sleep(1)
                continue
            return

    async def work(self) -> None:
        """Consume, relay, and do what is due, until cancelled."""
        if self._works:
            self.context.wake_relay = self.relay.wake
        for heartbeat in self.heartbeats():
            heartbeat.beat()
        watch, lease = ChangeWatch(self.context.database, self._wake), self.context.lease
        lease.on_gained = self._wake
        self.relay.is_quiet = lambda: watch.quiet
        for job in self.definition.jobs:
            job.is_quiet = lambda: watch.quiet
        loops = [lease.keep, watch.run, self.relay.run, self._observe, self._consume]
        loops += [loop.run for loop in (*self.definition.jobs, *self.definition.loops)]
        try:
            await run_together(*(self._restarting(loop) for loop in loops))
        finally:
            with suppress(Exception):
                async with asyncio.timeout(2):
                    await lease.release()

    async def ready(self) -> dict[str, bool]:
        """Whether this process can do its job; Kafka being away does not keep an API from serving."""
        checks = {}
        try:
            async with asyncio.timeout(2):
                await self.context.database.ping()
            checks["mongodb"] = True
        except (PyMongoError, TimeoutError) as error:
            log.warning("not ready", error=type(error).__name__)
            checks["mongodb"] = False
        if self._works:
            for heartbeat in self.heartbeats():
                checks[heartbeat.name] = not heartbeat.stalled
        return checks

    def _wake(self) -> None:
        self.relay.wake()
        for job in self.definition.jobs:
            job.wake()

    def _wake_jobs_of(self, collection: str) -> None:
        for job in self.definition.jobs:
            if job.collection == collection:
                job.wake()

    def heartbeats(self) -> list[Heartbeat]:
        """The heartbeats of all loops of a worker."""
        others = [loop.heartbeat for loop in (*self.definition.jobs, *self.definition.loops)]
        return [self.processor.heartbeat, self.relay.heartbeat, *others]

    async def _restarting(self, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop, and start it again where it fails unexpectedly; its missing progress shows in health."""
        while not stopping():
            try:
                await loop()
            except Exception:
                log.exception("loop failed", kind=getattr(loop, "__qualname__", "loop"))
            await asyncio.sleep(1)

    async def _consume(self) -> None:
        """Start the broker once Kafka answers, stop it with a time limit: with Kafka away its stop never returns."""
        from aiokafka.errors import KafkaError

        while not stopping():
            try:
                async with asyncio.timeout(20):
                    await self.broker.start()
                break
            except (KafkaError, TimeoutError, OSError) as error:
                log.warning("waiting for Kafka", error=type(error).__name__)
                with suppress(Exception):
                    async with asyncio.timeout(3):
                        await self.broker.stop()
                await asyncio.sleep(1)
        try:
            if not stopping():
                await asyncio.Event().wait()
        finally:
            with suppress(Exception):
                async with asyncio.timeout(STOP_PATIENCE):
                    await self.broker.stop()

    async def _observe(self) -> None:
        """Measure lag and dead letters every few seconds; an idle consumer without lag counts as progressing."""
        from chassis.messaging.subscriptions import lag

        for turn in count():
            if stopping():
                return
            if turn % 10 == 0:  # the processor itself counts dead letters whenever there is a new one
                await self.processor.refresh_metrics()
            for subscriber in self.broker.subscribers:
                consumer = getattr(subscriber, "consumer", None)
                if consumer is None or not consumer.assignment():
                    continue
                behind = await lag(consumer, self._settings.namespace, self.context.metrics, self.processor.in_hand)
                if not behind:
                    self.processor.heartbeat.beat()
            await asyncio.sleep(3)


def _with_offboarding(definition: ServiceDefinition, context: ServiceContext) -> ServiceDefinition:
    """The definition with the job that offboards tenants."""
    if definition.offboarding is None:
        return definition
    aggregates = Aggregates(context.database, OFFBOARDINGS, lambda: context.wake_relay())
    offboardings = TenantOffboardings(context.database, aggregates, definition.offboarding, context.clock)
    work = ScheduledJob(
        "depart", aggregates.collection, offboardings.carry_out, context.lease, context.clock, context.metrics, poll=1
    )

    async def prepare() -> None:
        await asyncio.gather(aggregates.ensure_indexes(), definition.prepare())

    return replace(
        definition, jobs=[*definition.jobs, work], outboxes=[*definition.outboxes, OFFBOARDINGS], prepare=prepare
    )
