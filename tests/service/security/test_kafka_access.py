"""Inside the network of Kafka: who does not log in gets nothing, and a service that was taken gets no more than what is its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from aiokafka.protocol.admin import CreateAclsRequest
from pydantic import SecretStr

from chassis.jobs.lease import Lease
from chassis.messaging.connection import connection
from chassis.messaging.relay import Relay
from chassis.messaging.subscriptions import broker_for
from chassis.operations.metrics import Metrics
from chassis.settings import KafkaSettings, Settings
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database
from contracts.registration import PersonErased
from contracts.topics import ALL, TOPICS
from kommune.access import ALLOW, DESCRIBE, LITERAL, READ, TOPIC, apply_rules
from kommune.topics import apply
from programme.programme import PROGRAMME
from tests.service.chassis.test_pipeline import NOW, SCOPE, runner_for
from tests.support.secured_kafka import SecuredKafka
from tests.support.waiting import patience, until

NAMESPACE = "guarded"


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    server = SecuredKafka(tmp_path_factory.mktemp("kafka"))
    server.start()
    yield server
    server.stop()


def login(kafka: SecuredKafka, user: str, password: str = "") -> dict[str, Any]:
    """As a service connects with its settings."""
    own = settings_for(kafka, user)
    return connection(own.model_copy(update={"kafka_password": SecretStr(password)}) if password else own)


def settings_for(kafka: SecuredKafka, user: str) -> KafkaSettings:
    return KafkaSettings(
        namespace=NAMESPACE,
        kafka_bootstrap=kafka.bootstrap,
        kafka_security="SASL_PLAINTEXT",
        kafka_user=user,
        kafka_password=SecretStr(kafka.password(user)),
        kafka_replicas=1,
    )


@pytest.fixture
async def guarded(kafka: SecuredKafka) -> AsyncIterator[AIOKafkaClient]:
    """A client of the administrator; all topics are there, with the rules of the registry (`kommune topics apply`)."""
    await apply(settings_for(kafka, "admin"))
    client = AIOKafkaClient(**login(kafka, "admin"))
    await client.bootstrap()
    yield client
    await client.close()


async def writes(kafka: SecuredKafka, user: str, topic: str) -> bool:
    async with patience("an answer of Kafka"):
        producer = AIOKafkaProducer(**login(kafka, user), acks="all", enable_idempotence=True)
        await producer.start()
        try:
            await producer.send_and_wait(topic, b"something", key=b"somebody")
        except TopicAuthorizationFailedError:
            return False
        finally:
            await producer.stop()
    return True


async def reads(kafka: SecuredKafka, user: str, topic: str, group: str = "") -> bool:
    async with patience("an answer of Kafka"):
        consumer = AIOKafkaConsumer(
            topic, **login(kafka, user), group_id=group or f"{NAMESPACE}.{user}", auto_offset_reset="earliest"
        )
        try:
            await consumer.start()
            # Heartbeats of a relay that ran before may stand there too.
            while (value := (await consumer.getone()).value) is None:
                pass
            assert value == b"something"
        except TopicAuthorizationFailedError:
            return False
        finally:
            await consumer.stop()
    return True


@pytest.mark.parametrize("name", TOPICS)
async def test_a_service_writes_and_reads_what_the_registry_says_and_nothing_else(
    kafka: SecuredKafka, guarded: AIOKafkaClient, name: str
) -> None:
    topic = f"{NAMESPACE}.{name}"
    assert {user for user in sorted(ALL) if await writes(kafka, user, topic)} == TOPICS[name].producers
    assert {user for user in sorted(ALL) if await reads(kafka, user, topic)} == TOPICS[name].consumers


async def test_events_go_from_outbox_to_projection_by_users_of_their_own(
    kafka: SecuredKafka, guarded: AIOKafkaClient, settings: Settings, database: Database
) -> None:
    """Relay of registration and consumer of reporting, each with what `docker-compose.yml` gives it."""

    def of(user: str) -> Settings:
        return settings.model_copy(update=settings_for(kafka, user).model_dump())

    metrics, things = Metrics("test"), Aggregates(database, "things")
    relay = Relay(
        "registration",
        of("registration"),
        database,
        ["things"],
        Lease(database["leases"], "w"),
        metrics,
        PROGRAMME.heartbeat_topics("registration"),
    )
    broker = broker_for("reporting", of("reporting"), PROGRAMME.consumed_by("reporting"), runner_for(database, metrics))
    await things.create(SCOPE, "a", {"n": 0}, [PersonErased(person_id="p0")], NOW)
    relaying = asyncio.create_task(relay.run())
    await broker.start()
    try:

        async def arrived() -> bool:
            return await database["seen"].count_documents({"tenant": SCOPE.tenant}) == 1

        await until(arrived, "the event")
    finally:
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)
        await broker.stop()


async def test_nobody_gets_in_without_logging_in(kafka: SecuredKafka, guarded: AIOKafkaClient) -> None:
    """As Prometheus and Grafana could: on one network with Kafka, without a user."""
    stranger = AIOKafkaConsumer(f"{NAMESPACE}.contacts.v1", bootstrap_servers=kafka.bootstrap)
    async with patience("an answer of Kafka"):
        with pytest.raises(KafkaConnectionError):
            await stranger.start()
    await stranger.stop()


async def test_a_user_needs_the_own_password(kafka: SecuredKafka, guarded: AIOKafkaClient) -> None:
    impostor = AIOKafkaClient(**login(kafka, "notifications", kafka.password("reporting")))
    async with patience("an answer of Kafka"):
        with pytest.raises(KafkaError):
            await impostor.bootstrap()
    await impostor.close()


async def test_a_service_cannot_consume_as_another(kafka: SecuredKafka, guarded: AIOKafkaClient) -> None:
    """Who joined another service's group could commit offsets there, and its events would be skipped."""
    consumer = AIOKafkaConsumer(
        f"{NAMESPACE}.registration.v1", **login(kafka, "reporting"), group_id=f"{NAMESPACE}.notifications"
    )
    async with patience("an answer of Kafka"):
        with pytest.raises(GroupAuthorizationFailedError):
            await consumer.start()
    await consumer.stop()


async def test_a_service_cannot_give_itself_more(kafka: SecuredKafka, guarded: AIOKafkaClient) -> None:
    with pytest.raises(ClusterAuthorizationFailedError):
        await apply_rules(settings_for(kafka, "reporting"))
    admin = AIOKafkaAdminClient(**login(kafka, "reporting"))
    await admin.start()
    answer = await admin.create_topics([NewTopic(f"{NAMESPACE}.own", 1, 1)])
    assert answer.topic_errors[0][1] in (TopicAuthorizationFailedError.errno, ClusterAuthorizationFailedError.errno)
    answer = await admin.delete_topics([f"{NAMESPACE}.registration.v1"])
    assert answer.topic_error_codes[0][1] == TopicAuthorizationFailedError.errno
    await admin.close()


async def test_what_is_not_in_the_registry_any_more_ends(kafka: SecuredKafka, guarded: AIOKafkaClient) -> None:
    topic = f"{NAMESPACE}.contacts.v1"
    assert await writes(kafka, "registration", topic)
    for operation in (READ, DESCRIBE):
        too_much = CreateAclsRequest(TOPIC, topic, LITERAL, "User:reporting", "*", operation, ALLOW)
        await guarded.send(guarded.get_random_node(), too_much)
    assert await reads(kafka, "reporting", topic)
    assert await apply_rules(settings_for(kafka, "admin")) == 2
    assert await apply_rules(settings_for(kafka, "admin")) == 0
    assert not await reads(kafka, "reporting", topic)


def test_controller_and_broker_themselves_listen_on_loopback_alone(kafka: SecuredKafka) -> None:
    sockets = psutil.Process(kafka.running.pid).net_connections("inet")
    listening = {one.laddr.port: one.laddr.ip for one in sockets if one.status == psutil.CONN_LISTEN}
    assert listening.keys() == {kafka.port, *kafka.inner_ports.values()}
    assert {listening[port] for port in kafka.inner_ports.values()} <= {"127.0.0.1", "::ffff:127.0.0.1"}


def test_passwords_are_in_no_log_and_a_second_start_keeps_the_storage(kafka: SecuredKafka, tmp_path: Path) -> None:
    before = kafka.storage_mark.stat().st_ino
    first = kafka.log.read_text()
    kafka.stop()
    kafka.start()
    assert kafka.storage_mark.stat().st_ino == before
    for log in (first, kafka.log.read_text()):
        assert "password-of" not in log
        assert "storedKey" not in log
