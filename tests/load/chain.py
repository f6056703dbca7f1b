"""The whole chain, as `make up` runs it: registrations a second at 32 clients with APIs and workers of all services beside each other,
and what one registration costs each process, from its POST until its message is settled and reporting shows it.

The limit: the same load on the API alone.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from pymongo import MongoClient

from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from deploy.local import process
from deploy.local.stack import LocalStack
from kommune.services import NAMES
from kommune.topics import apply
from tests.load.client import gatherings, load, registration
from tests.load.figure import Figure
from tests.load.registrations import bench_settings, serving
from tests.support.topics import remove_topics
from tests.support.waiting import until

CLIENTS, GATHERINGS = 32, 16
TO_REST = 12.0
"""Seconds after which it is at rest: what the load left to do, and what follows of that, is done a few seconds later, and for two
seconds after each change the jobs still ask at short intervals."""
AT_REST = 20.0
"""Seconds over which a platform that nobody uses is watched."""
CPU_MS = 7.5
"""Half of what a registration cost in all when this figure was first measured."""
Database = MongoClient[dict[str, Any]]


class Processes:
    """The processor time of everything that takes part."""

    def __init__(self, **pids: int) -> None:
        self._found = {name: psutil.Process(pid) for name, pid in pids.items()}

    def used(self) -> dict[str, float]:
        """Milliseconds so far."""
        return {name: sum(one.cpu_times()[:2]) * 1000 for name, one in self._found.items()}


async def run(stack: LocalStack, folder: Path, seconds: float) -> list[Figure]:
    settings = bench_settings(stack, folder).model_copy(update={"worker_port": process.port_for(folder / "worker")})
    issuer = LocalIssuer(settings)
    await apply(settings)
    environment = _environment(settings, process.port_for(folder / "smtp"))
    client: Database = MongoClient(settings.mongodb_uri)
    async with serving(settings, ["-m", "kommune.cli", "serve", "all", "--laptop"], folder / "api.log") as api:
        paths = [f"{path}/registrations" for path in await gatherings(settings.port, issuer, GATHERINGS, 10_000)]
        token, body = issuer.issue("bench", "intake"), registration()
        alone = await load(settings.port, "POST", paths, token, body, CLIENTS, seconds / 2, api)
        log = folder / "worker.log"
        worker = process.spawn([sys.executable, "-m", "kommune.cli", "work", "all"], log, environment)
        try:
            process.wait_ready(worker, lambda: process.listening(settings.worker_port), "the worker", log)
            await until(lambda: _settled(client, settings.namespace, len(alone.times)), "the first being settled", log)
            parts = Processes(
                API=api,
                worker=worker.pid,
                MongoDB=_listener(settings.mongodb_uri),
                Kafka=_listener(f"//{settings.kafka_bootstrap}"),
            )
            await asyncio.sleep(TO_REST)
            rest = parts.used()
            await asyncio.sleep(AT_REST)
            before = parts.used()
            beside = await load(settings.port, "POST", paths, token, body, CLIENTS, seconds, api)
            count = len(beside.times)
            total = len(alone.times) + count
            await until(lambda: _settled(client, settings.namespace, total), "everything being settled", log)
            after = parts.used()
        finally:
            process.stop(worker)
    for name in NAMES:
        client.drop_database(f"{settings.namespace}_{name}")
    client.close()
    await remove_topics(settings)
    each = {name: (after[name] - before[name]) / count for name in after}
    idle = {name: (before[name] - rest[name]) / AT_REST / 10 for name in after}
    return [
        Figure("chain: registrations a second, 32 clients", beside.per_second, "/s", alone.per_second, "API alone"),
        Figure(
            "chain: CPU of one, POST to shown", sum(each.values()), "ms", CPU_MS, "to reach", "less", _shown(each, "ms")
        ),
        Figure("chain: CPU at rest, of one core", sum(idle.values()), "%", 10, "to reach", "less", _shown(idle, "%")),
    ]


def _environment(settings: Settings, smtp: int) -> dict[str, str]:
    names = ("environment", "namespace", "worker_port", "state_dir", "mongodb_uri", "kafka_bootstrap", "kafka_replicas")
    return (
        os.environ
        | {name.upper(): str(getattr(settings, name)) for name in names}
        | {"SECRET_KEY": settings.secret_key.get_secret_value(), "SMTP_URL": f"smtp://127.0.0.1:{smtp}"}
    )


def _shown(values: dict[str, float], unit: str) -> str:
    return ", ".join(f"{name} {value:.2f} {unit}" for name, value in values.items())


def _listener(address: str) -> int:
    """The process id of the server at an address of this machine."""
    port = urlsplit(address).port
    return next(
        one.pid
        for one in psutil.net_connections("tcp")
        if one.laddr.port == port and one.status == "LISTEN" and one.pid
    )


async def _settled(client: Database, namespace: str, count: int) -> bool:
    """Whether the messages of so many registrations are settled and told, and reporting holds them all."""
    notifications, reporting = client[f"{namespace}_notifications"], client[f"{namespace}_reporting"]
    if any(held["participants"].estimated_document_count() < count for held in (notifications, reporting)):
        return False
    messages = notifications["intents"]
    if messages.find_one({"status": "pending", "due_at": {"$lte": datetime.now(UTC)}}):
        return False
    gatherings = client[f"{namespace}_registration"]["gatherings"]
    return not (messages.find_one({"pending": True}) or gatherings.find_one({"pending": True}))
