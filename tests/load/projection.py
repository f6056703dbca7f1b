"""Events a second through reporting's projection, beside a bare aiokafka loop that makes the same bulk writes of the same records."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from pymongo import UpdateOne

from chassis.clock import SystemClock, rfc3339
from chassis.ids import new_id
from chassis.messaging.rebuild import Rebuild
from chassis.service import Service
from chassis.settings import Settings
from chassis.storage.mongo import QUICK, connect
from contracts.envelope import Envelope
from contracts.registration import ParticipantRegistered
from deploy.local.stack import LocalStack
from kommune.services import build
from kommune.topics import apply
from tests.load.figure import Figure
from tests.load.registrations import bench_settings

EVENTS, AGGREGATES = 40_000, 400


async def run(stack: LocalStack, folder: Path) -> list[Figure]:
    settings = bench_settings(stack, folder)
    await apply(settings)
    await _fill(settings)
    bare = await _bare(settings)
    rebuilt = await _rebuilt(build("reporting", settings), settings)
    ours = await _ours(build("reporting", settings), settings)
    return [
        Figure(
            "events a second through a projection",
            ours,
            "/s",
            bare * 0.6,
            "60 % of a bare aiokafka loop",
            note=f"bare {bare:,.0f}/s",
        ),
        Figure("events a second through a projection", ours, "/s", 8000, "to reach"),
        Figure(
            "events a second of a rebuild",
            rebuilt,
            "/s",
            bare * 0.6,
            "60 % of a bare aiokafka loop",
            note=f"bare {bare:,.0f}/s",
        ),
    ]


async def _fill(settings: Settings) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap, linger_ms=20, max_batch_size=256 * 1024)
    await producer.start()
    gatherings = [new_id() for _ in range(AGGREGATES)]
    for number in range(EVENTS):
        gathering = gatherings[number % AGGREGATES]
        event = ParticipantRegistered(
            gathering_id=gathering, registration_id=new_id(), status="confirmed", size=1, language="uk", channel="web"
        )
        envelope = Envelope(
            id=new_id(),
            type=event.event_type,
            source="/registration",
            time=rfc3339(SystemClock().now()),
            subject=gathering,
            tenant="bench",
            sequence=number // AGGREGATES + 1,
            data=event.model_dump_json(exclude_none=True).encode(),
        )
        await producer.send(
            f"{settings.namespace}.registration.v1", envelope.data, key=gathering.encode(), headers=envelope.headers()
        )
    await producer.stop()


async def _bare(settings: Settings) -> float:
    database = connect(settings, "bare")
    rows = database["participants"].with_options(write_concern=QUICK)
    consumer = AIOKafkaConsumer(
        f"{settings.namespace}.registration.v1",
        bootstrap_servers=settings.kafka_bootstrap,
        group_id=f"{settings.namespace}.bare",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=1000,
    )
    await consumer.start()
    started, handled = 0.0, 0
    while handled < EVENTS:
        batches = await consumer.getmany(timeout_ms=1000, max_records=1000)
        started = started or time.perf_counter()
        writes = []
        for record in (record for batch in batches.values() for record in batch):
            data = orjson.loads(record.value)
            headers = dict(record.headers)
            fields = {"tenant": headers["ce_tenant"].decode(), "at": headers["ce_time"].decode(), **data}
            writes.append(UpdateOne({"_id": data["registration_id"]}, {"$set": fields}, upsert=True))
        if writes:
            await rows.bulk_write(writes, ordered=False)
            await consumer.commit()
            handled += len(writes)
    seconds = time.perf_counter() - started
    await consumer.stop()
    await database.drop()
    await database.close()
    return EVENTS / seconds


async def _rebuilt(service: Service, settings: Settings) -> float:
    await service.prepare()
    definition, context = service.definition, service.context
    done = await Rebuild(
        "reporting",
        context.database,
        definition.handlers,
        definition.read_model,
        definition.programme,
        settings,
        context.clock,
        settle=0.1,
    ).run(lambda *_: None)
    await context.database.drop()
    await context.database.close()
    assert done.records == EVENTS
    return done.records / done.seconds


async def _ours(service: Service, settings: Settings) -> float:
    await service.prepare()
    worker = asyncio.create_task(service.work())

    def handled() -> float:
        labels = {"topic": "registration.v1", "outcome": "handled"}
        return service.context.metrics.registry.get_sample_value("kommune_events_handled_total", labels) or 0.0

    while not handled():
        await asyncio.sleep(0.001)
    started, before = time.perf_counter(), handled()
    while handled() < EVENTS:
        await asyncio.sleep(0.005)
    seconds = time.perf_counter() - started
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    await service.context.database.drop()
    await service.context.database.close()
    return (EVENTS - before) / seconds
