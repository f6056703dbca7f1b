"""Registrations accepted a second by one API process, each durable (majority, journal) with its events in the outbox.

The limit: one journaled majority insert per request through the same HTTP stack, without anything else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from chassis.identity.tokens import LocalIssuer
from chassis.ids import new_id
from chassis.settings import Settings
from chassis.storage.mongo import connect
from deploy.local import process
from deploy.local.stack import LocalStack
from tests.load.client import gatherings, load, registration
from tests.load.figure import Figure

CLIENTS = (1, 8, 32, 128)
GATHERINGS = 16
QUESTIONS = [
    {
        "id": f"q{number}",
        "label": {"de": f"Frage {number}"},
        "kind": ("text", "choices", "boolean", "number", "date")[number % 5],
        "options": [{"id": one, "label": {"de": one}} for one in "abcd"] if number % 5 == 1 else [],
        "per": "person" if number % 5 < 2 else "group",
    }
    for number in range(10)
]
"""Ten of all kinds, some of each person."""
TARGETS = {"per_second": 1000.0, "p95": 60.0, "pages": 1500.0}


def bench_settings(stack: LocalStack, folder: Path) -> Settings:
    """A deployment of its own, which keeps its files in the folder."""
    folder.mkdir(exist_ok=True)
    return Settings(
        environment="local",
        namespace=f"b{new_id()[-10:]}",
        secret_key="only for measuring, nothing is secret here",
        port=process.port_for(folder / "port"),
        state_dir=folder,
        mongodb_uri=stack.mongodb_uri,
        kafka_bootstrap=stack.kafka_bootstrap,
        kafka_replicas=1,
    )


@asynccontextmanager
async def serving(settings: Settings, command: Sequence[str], log: Path) -> AsyncIterator[int]:
    """The process id of an API."""
    names = ("environment", "namespace", "port", "worker_port", "state_dir", "mongodb_uri", "kafka_bootstrap")
    environment = os.environ | {name.upper(): str(getattr(settings, name)) for name in names}
    environment["SECRET_KEY"] = settings.secret_key.get_secret_value()
    api = process.spawn([sys.executable, *command], log, environment)
    try:
        process.wait_ready(api, lambda: process.listening(settings.port), "the API", log)
        yield api.pid
    finally:
        process.stop(api)


async def run(stack: LocalStack, folder: Path, seconds: float) -> list[Figure]:
    settings = bench_settings(stack, folder)
    issuer = LocalIssuer(settings)
    limits, found = {}, {}
    async with serving(settings, ["-m", "tests.load.insert_limit"], folder / "limit.log") as pid:
        for clients in CLIENTS:
            limits[clients] = await load(settings.port, "POST", ["/insert"], "", registration(), clients, seconds, pid)
    async with serving(settings, ["-m", "kommune.cli", "serve", "registration"], folder / "api.log") as pid:
        for clients in CLIENTS:
            # Fresh gatherings each time: without a worker their outboxes only grow.
            paths = [f"{path}/registrations" for path in await gatherings(settings.port, issuer, GATHERINGS, 10_000)]
            token = issuer.issue("bench", "intake")
            found[clients] = await load(settings.port, "POST", paths, token, registration(), clients, seconds, pid)
        page = [
            path.replace("/registration/v1", "/registration") for path in await gatherings(settings.port, issuer, 4, 35)
        ]
        pages = await load(settings.port, "GET", page, "", b"", 8, seconds, pid)
        asking = [
            path.replace("/registration/v1", "/registration")
            for path in await gatherings(settings.port, issuer, 4, 35, questions=QUESTIONS)
        ]
        asked = await load(settings.port, "GET", asking, "", b"", 8, seconds, pid)
    for service in ("registration", "limit"):
        database = connect(settings, service)
        await database.drop()
        await database.close()
    figures = [
        Figure(
            f"registrations a second, {clients} clients",
            of.per_second,
            "/s",
            limits[clients].per_second,
            "one insert per request, same stack",
            note=f"p50 {of.percentile(50)} p95 {of.percentile(95)} p99 {of.percentile(99)} ms, {of.cpu_ms} CPU-ms each (insert: p50 {limits[clients].percentile(50)} ms, {limits[clients].cpu_ms} CPU-ms)",
        )
        for clients, of in found.items()
    ]
    return [
        *figures,
        Figure("registrations a second, 32 clients", found[32].per_second, "/s", TARGETS["per_second"], "to reach"),
        Figure("their 95th percentile, 32 clients", found[32].percentile(95), "ms", TARGETS["p95"], "to reach", "less"),
        Figure(
            "gathering page, 8 clients",
            pages.per_second,
            "/s",
            TARGETS["pages"],
            "to reach",
            note=f"p95 {pages.percentile(95)} ms",
        ),
        Figure(
            "gathering page with ten questions, 8 clients",
            asked.per_second,
            "/s",
            0.8 * pages.per_second,
            "0.8 of the page without",
            note=f"p95 {asked.percentile(95)} ms",
        ),
    ]
