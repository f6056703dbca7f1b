"""Kafka away, MongoDB frozen, and a topic full of trouble. Afterwards every promise holds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from pymongo import MongoClient

from chassis.ids import new_id
from chassis.settings import Settings
from deploy.local.stack import LocalStack
from tests.conftest import ROOT
from tests.support.crowd import CANARY, Crowd
from tests.support.deployment import Deployment
from tests.support.promises import POISON, Record, broken, observe, records
from tests.support.waiting import patience

SERVICES = ("registration", "notifications", "reporting")


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Servers of one's own, because these tests stop them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KOMMUNE_CACHE", str(ROOT / ".local" / "cache"))
        for name in ("MONGODB_URI", "KAFKA_BOOTSTRAP"):
            patch.delenv(name, raising=False)
        with LocalStack(tmp_path_factory.mktemp("stack")) as running:
            yield running


@pytest.fixture
def own_settings(own_stack: LocalStack, tmp_path: Path) -> Settings:
    return Settings(
        environment="local",
        namespace=f"f{new_id()[-12:]}",
        secret_key="a secret for tests only, 32 characters and more",
        state_dir=tmp_path,
        mongodb_uri=own_stack.mongodb_uri,
        kafka_bootstrap=own_stack.kafka_bootstrap,
        kafka_replicas=1,
    )


async def _check(town: Deployment, crowd: Crowd) -> None:
    world = await observe(town.settings, town.services, crowd.acknowledged, crowd.mails, {CANARY, "kanarie."})
    assert broken(world) == []


async def test_kafka_away_for_twenty_seconds_under_load(
    own_stack: LocalStack, own_settings: Settings, tmp_path: Path
) -> None:
    async with Deployment(own_settings, tmp_path, SERVICES) as town, town.platform() as platform:
        crowd = Crowd(platform)
        gathering = await crowd.gather()
        await crowd.register(gathering, 15)
        own_stack.kafka.stop()
        # Nobody waits for Kafka: registrations go on as before.
        async with patience("registering without Kafka"):
            await crowd.register(gathering, 30)
        assert len(crowd.acknowledged) == 45
        await asyncio.sleep(20)
        await asyncio.to_thread(own_stack.kafka.start)
        await crowd.register(gathering, 10)
        await _check(town, crowd)


async def test_mongodb_frozen_for_ten_seconds_under_load(
    own_stack: LocalStack, own_settings: Settings, tmp_path: Path
) -> None:
    async with Deployment(own_settings, tmp_path, SERVICES) as town, town.platform() as platform:
        crowd = Crowd(platform)
        gathering = await crowd.gather()
        loading = asyncio.create_task(crowd.register(gathering, 60))
        await asyncio.sleep(0.3)
        own_stack.mongo.freeze()
        await asyncio.sleep(10)
        own_stack.mongo.resume()
        await loading
        await _check(town, crowd)


async def test_duplicates_old_records_and_poison(own_settings: Settings, tmp_path: Path) -> None:
    async with Deployment(own_settings, tmp_path, SERVICES) as town, town.platform() as platform:
        crowd = Crowd(platform)
        gathering = await crowd.gather()
        await crowd.register(gathering, 20)
        await observe(town.settings, town.services, crowd.acknowledged, crowd.mails)
        before = await records(town.settings)
        await _send_again(town.settings, before)
        await crowd.register(gathering, 20)
        await _check(town, crowd)
        client: MongoClient[dict[str, object]] = MongoClient(town.settings.mongodb_uri)
        for service in SERVICES:
            parked = client[f"{town.settings.namespace}_{service}"]["parked"]
            assert {document["_id"] for document in parked.find()} != set(), f"{service} set nothing aside"
        client.close()


async def _send_again(settings: Settings, before: list[Record]) -> None:
    """Every record once more, the newest first, with poison between them."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap)
    await producer.start()
    try:
        for number, record in enumerate(reversed(before)):
            topic = f"{settings.namespace}.{record.topic}"
            await producer.send(topic, record.value, key=record.key.encode(), headers=list(record.headers))
            if number % 7 == 0:
                await producer.send(topic, b"{not json", key=b"poison", headers=[])
                headers = [(name, value) for name, value in record.headers if name not in ("ce_id", "ce_source")]
                strange = [*headers, ("ce_id", new_id().encode()), ("ce_source", POISON.encode())]
                await producer.send(topic, b'{"nothing": "fits"}', key=f"poison{number}".encode(), headers=strange)
        await producer.flush()
    finally:
        await producer.stop()
