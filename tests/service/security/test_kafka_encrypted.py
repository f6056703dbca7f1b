"""Kafka on a network of others (SASL_SSL): who has the authority's certificate and an own password gets in, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError
from pydantic import SecretStr

from chassis.messaging.connection import connection
from chassis.settings import KafkaSettings
from kommune.topics import apply
from tests.support.certificates import Authority
from tests.support.secured_kafka import SecuredKafka
from tests.support.waiting import patience

NAMESPACE = "encrypted"
TOPIC = f"{NAMESPACE}.contacts.v1"


@dataclass
class Encrypted:
    """The broker, the authority that signed its certificate, and another that did not."""

    kafka: SecuredKafka
    authority: Authority
    other: Authority

    def settings(self, user: str, **changes: object) -> KafkaSettings:
        given = {
            "namespace": NAMESPACE,
            "kafka_bootstrap": self.kafka.bootstrap,
            "kafka_security": "SASL_SSL",
            "kafka_user": user,
            "kafka_password": SecretStr(self.kafka.password(user)),
            "kafka_ca": self.authority.certificate,
            "kafka_replicas": 1,
        }
        return KafkaSettings.model_validate(given | changes)


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Encrypted]:
    folder = tmp_path_factory.mktemp("kafka")
    authority, other = Authority(folder), Authority(folder, "other")
    server = SecuredKafka(folder, authority.issue("127.0.0.1"))
    server.start()
    yield Encrypted(server, authority, other)
    server.stop()


async def writes(settings: KafkaSettings) -> None:
    async with patience("an answer of Kafka"):
        producer = AIOKafkaProducer(**connection(settings), acks="all", enable_idempotence=True)
        try:
            await producer.start()
            await producer.send_and_wait(TOPIC, b"something", key=b"somebody")
        finally:
            await producer.stop()


async def test_services_do_over_tls_what_the_registry_lets_them(encrypted: Encrypted) -> None:
    await apply(encrypted.settings("admin"))
    await writes(encrypted.settings("registration"))
    with pytest.raises(TopicAuthorizationFailedError):
        await writes(encrypted.settings("reporting"))
    consumer = AIOKafkaConsumer(
        TOPIC,
        **connection(encrypted.settings("notifications")),
        group_id=f"{NAMESPACE}.notifications",
        auto_offset_reset="earliest",
    )
    async with patience("an answer of Kafka"):
        await consumer.start()
        assert (await consumer.getone()).value == b"something"
    await consumer.stop()


async def test_a_broker_that_the_authority_did_not_sign_is_told_no_password(encrypted: Encrypted) -> None:
    with pytest.raises(KafkaError):
        await writes(encrypted.settings("registration", kafka_ca=encrypted.other.certificate))


async def test_a_certificate_is_for_one_host(encrypted: Encrypted) -> None:
    """As if somebody had led a service to a broker of theirs with a certificate for another name."""
    elsewhere = encrypted.kafka.bootstrap.replace("127.0.0.1", "localhost")
    with pytest.raises(KafkaError):
        await writes(encrypted.settings("registration", kafka_bootstrap=elsewhere))


async def test_nobody_comes_unencrypted(encrypted: Encrypted) -> None:
    with pytest.raises(KafkaError):
        await writes(encrypted.settings("registration", kafka_security="SASL_PLAINTEXT"))


async def test_a_user_needs_the_own_password(encrypted: Encrypted) -> None:
    wrong = SecretStr(encrypted.kafka.password("reporting"))
    with pytest.raises(KafkaError):
        await writes(encrypted.settings("registration", kafka_password=wrong))


def test_tools_inside_the_container_come_encrypted_too(encrypted: Encrypted) -> None:
    login = encrypted.kafka.login_of_tools
    assert (login["security.protocol"], login["ssl.truststore.type"]) == ("SASL_SSL", "PEM")
    assert Path(login["ssl.truststore.location"]).read_text().count("BEGIN CERTIFICATE") == 2
