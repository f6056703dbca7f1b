"""The read model made anew from all events: the same figures, and what reporting owns stays."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka import AIOKafkaProducer

from chassis.messaging.projection import InsertIfAbsent
from chassis.messaging.rebuild import PREFIX, Rebuild, Rebuilt
from chassis.settings import Settings
from chassis.storage.mongo import Document
from contracts.registration import MunicipalityDeleted
from services.reporting.service import READ_MODEL
from tests.service.reporting.practices import published
from tests.service.reporting.towns import BASE, Reporting, registered, tell_participation
from tests.support.waiting import until
from tests.unit.test_tenants_apart import SERVICES, writes_of


async def to_kafka(settings: Settings, reporting: Reporting) -> None:
    """What the tests handed over directly, in the topics."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap)
    await producer.start()
    for record in reporting.topics.records:
        topic = f"{settings.namespace}.{record.topic}"
        await producer.send_and_wait(topic, record.value, key=record.key.encode(), headers=list(record.headers))
    await producer.stop()


async def rebuilt(settings: Settings, reporting: Reporting, settle: float = 0.1) -> Rebuilt:
    definition, context = reporting.service.definition, reporting.service.context
    return await Rebuild(
        "reporting",
        context.database,
        definition.handlers,
        definition.read_model,
        definition.programme,
        settings,
        context.clock,
        settle,
    ).run(lambda *_: None)


async def rows(reporting: Reporting) -> dict[str, list[Document]]:
    database = reporting.service.context.database
    return {name: await database[name].find({}).sort("_id").to_list(None) for name in (*READ_MODEL, "progress")}


@pytest.fixture
async def told(settings: Settings, topics: None, reporting: Reporting) -> Reporting:
    tell_participation(reporting.topics)
    await reporting.handle(reporting.topics.records)
    await to_kafka(settings, reporting)
    return reporting


async def test_the_same_rows_and_what_is_owned_stays(settings: Settings, told: Reporting) -> None:
    practice = await published(told)
    database = told.service.context.database
    before = await rows(told)
    assert before["participants"]
    async with told.client("wilhelmshaven") as town:
        figures = (await town.get(f"{BASE}/overview")).json()
    indexes = {name: len(await database.indexes(name)) for name in READ_MODEL if before[name]}
    await database["participants"].delete_many({})
    await database["gatherings"].update_many({}, {"$set": {"capacity": 1, "title": {"de": "falsch"}}})
    await database["progress"].delete_many({})
    departures = await database["freezings"].count_documents({})
    done = await rebuilt(settings, told)
    assert done.records == len(told.topics.records)
    assert await rows(told) == before
    async with told.client("wilhelmshaven") as town:
        assert (await town.get(f"{BASE}/overview")).json() == figures
        assert (await town.get(f"/reporting/v1/practices/{practice}")).status_code == 200
    assert await database["freezings"].count_documents({}) == departures, "what an event owed is not owed again"
    assert {name: len(await database.indexes(name)) for name in indexes} == indexes
    assert not [name for name in await database.collections() if name.startswith(PREFIX)]
    assert (await rebuilt(settings, told)).records == done.records
    assert await rows(told) == before


async def test_who_left_does_not_come_back(settings: Settings, told: Reporting) -> None:
    told.topics.records.clear()
    told.topics.tell("wilhelmshaven", MunicipalityDeleted(slug="wilhelmshaven"))
    await to_kafka(settings, told)
    await rebuilt(settings, told)
    found = await rows(told)
    assert [row["_id"] for row in found["tenants"] if row["status"] == "deleted"] == ["wilhelmshaven"]
    assert not [
        row for name in READ_MODEL if name != "tenants" for row in found[name] if row["tenant"] == "wilhelmshaven"
    ]


async def test_consuming_goes_on_around_the_swap(settings: Settings, told: Reporting) -> None:
    """A worker consumes all the while; events that come during the swap are in the new rows as well."""
    worker = asyncio.create_task(told.service.work())
    try:
        rebuilding = asyncio.create_task(rebuilt(settings, told, settle=1.0))
        told.topics.records.clear()
        for number in range(40):
            told.topics.tell(f"late-{number}", registered(f"late-{number}", "confirmed"))
            if number % 10 == 9:
                await to_kafka(settings, told)
                told.topics.records.clear()
        await rebuilding

        async def all_there() -> bool:
            late = {"_id": {"$regex": "^late-"}, "status": "confirmed"}
            return await told.service.context.database["participants"].count_documents(late) == 40

        await until(all_there)
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


def test_the_read_model_is_what_events_fill() -> None:
    handlers, _ = SERVICES["reporting"]
    filled = {write.collection for _, write in writes_of(handlers) if not isinstance(write, InsertIfAbsent)}
    assert filled | {"tenants", "staff"} == set(READ_MODEL)
