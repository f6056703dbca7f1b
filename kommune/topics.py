"""Creates the topics of the registry and brings the settings of existing ones up to date."""

from __future__ import annotations

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    InvalidReplicationFactorError,
    KafkaConnectionError,
    KafkaError,
    NodeNotReadyError,
    TopicAlreadyExistsError,
)
from tenacity import retry, retry_if_exception_type, retry_if_result, stop_after_delay, wait_fixed

from chassis.messaging.connection import connection
from chassis.settings import KafkaSettings
from contracts.topics import TOPICS
from kommune.access import apply_rules

# Too few brokers for the copies of a topic: one that starts, or is too busy to say that it lives, is back soon.
PASSING = (KafkaConnectionError, NodeNotReadyError, InvalidReplicationFactorError, TimeoutError, OSError)


@retry(retry=retry_if_exception_type(PASSING), stop=stop_after_delay(60), wait=wait_fixed(0.5), reraise=True)
async def apply(settings: KafkaSettings) -> list[str]:
    """Names of the topics that were created. Repeating it creates nothing. Where users log in, they are given their rights.

    Raises:
        KafkaError: a topic could not be created or has fewer partitions than the registry says.
    """
    if settings.kafka_security != "PLAINTEXT":
        await apply_rules(settings)
    admin = AIOKafkaAdminClient(**connection(settings), client_id="kommune-topics")
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        created, existing_configs = [], []
        for topic in TOPICS.values():
            name = f"{settings.namespace}.{topic.name}"
            config = topic.config(settings.kafka_replicas)
            if name in existing:
                existing_configs.append(ConfigResource(ConfigResourceType.TOPIC, name, configs=config))
                continue
            response = await admin.create_topics(
                [NewTopic(name, topic.partitions, settings.kafka_replicas, topic_configs=config)]
            )
            code = response.topic_errors[0][1]
            if code == InvalidReplicationFactorError.errno:
                raise InvalidReplicationFactorError(
                    f"topic {name} needs {settings.kafka_replicas} brokers, and fewer are up"
                )
            if code not in (0, TopicAlreadyExistsError.errno):
                raise KafkaError(f"topic {name} could not be created: error {code}")
            created.append(name)
        if existing_configs:
            await admin.alter_configs(existing_configs)
        await _until_known(admin, {f"{settings.namespace}.{name}" for name in TOPICS})
        return created
    finally:
        await admin.close()


@retry(retry=retry_if_result(lambda are_known: not are_known), stop=stop_after_delay(15), wait=wait_fixed(0.05))
async def _until_known(admin: AIOKafkaAdminClient, names: set[str]) -> bool:
    """Creation returns before every broker has heard of the topic."""
    return names <= set(await admin.list_topics())
