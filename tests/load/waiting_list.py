"""Fifty groups cancel at once, five hundred wait: how long until the last offer stands in Kafka, and whether they came in line."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import orjson
from aiokafka import AIOKafkaConsumer

from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from chassis.storage.mongo import connect
from contracts.registration import ParticipantOffered
from deploy.local.stack import LocalStack
from tests.load.client import TENANT, Connection, gatherings, registration
from tests.load.figure import Figure
from tests.load.registrations import bench_settings
from tests.support.deployment import Deployment
from tests.support.waiting import patience

WAITING, CANCELLED = 500, 50
AT_MOST = 2.0


async def run(stack: LocalStack, folder: Path) -> list[Figure]:
    settings = bench_settings(stack, folder)
    issuer = LocalIssuer(settings)
    async with Deployment(settings, folder, ("registration",)) as town:
        port, token = town.ports["registration.api"], issuer.issue(TENANT, "intake")
        (path,) = await gatherings(port, issuer, 1, CANCELLED, 1)
        seated = await _together(port, [("POST", f"{path}/registrations", registration())] * CANCELLED, token)
        line = await _together(port, [("POST", f"{path}/registrations", registration())] * WAITING, token)
        in_line = [one["id"] for one in sorted(line, key=lambda one: one["position"])]
        consumer = await _at_the_end(settings, events=CANCELLED * 2 + WAITING + 1)
        cancel = [("POST", f"/registration/v1/{TENANT}/registrations/{one['id']}/cancellation", b"") for one in seated]
        started = time.perf_counter()
        answers, offered = await asyncio.gather(_together(port, cancel, token), _offers(consumer, CANCELLED))
        seconds = time.perf_counter() - started
        await consumer.stop()
    database = connect(settings, "registration")
    await database.drop()
    await database.close()
    misplaced = sum(one != other for one, other in zip(offered, in_line, strict=False))
    wrong = misplaced + sum(one["status"] != "cancelled" for one in answers)
    return [
        Figure(
            f"{CANCELLED} cancel at once, {WAITING} wait: last offer in Kafka after",
            round(seconds, 2),
            "s",
            AT_MOST,
            "to reach",
            "less",
        ),
        Figure("offers out of line", wrong, "", 0, "to reach", "less"),
    ]


async def _together(port: int, requests: list[tuple[str, str, bytes]], token: str) -> list[dict[str, str]]:
    """The answers of requests that are sent at the same moment, fifty connections at a time."""
    turns = asyncio.Semaphore(50)

    async def one(method: str, path: str, body: bytes) -> dict[str, str]:
        async with turns:
            connection = Connection(port)
            await connection.open()
            status, answer = await connection.request(method, path, token, body)
            connection.close()
        if status >= 300:
            raise SystemExit(f"{path}: {status} {answer[:300]!r}")
        found: dict[str, str] = json.loads(answer)
        return found

    return await asyncio.gather(*(one(*request) for request in requests))


async def _at_the_end(settings: Settings, events: int) -> AIOKafkaConsumer:
    """A consumer that has seen all that was told so far, so that it waits for what comes next."""
    topic = f"{settings.namespace}.registration.v1"
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=settings.kafka_bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    seen = 0
    async with patience():
        while seen < events:
            seen += sum(map(len, (await consumer.getmany(timeout_ms=200)).values()))
    return consumer


async def _offers(consumer: AIOKafkaConsumer, count: int) -> list[str]:
    """Registrations that were offered seats, in the order in which it was told."""
    found: list[str] = []
    async with patience():
        while len(found) < count:
            for records in (await consumer.getmany(timeout_ms=100)).values():
                types = [(dict(record.headers)["ce_type"].decode(), record) for record in records]
                offers = [record for type, record in types if ParticipantOffered.event_type in type]
                found += [orjson.loads(record.value)["registration_id"] for record in offers]
    return found
