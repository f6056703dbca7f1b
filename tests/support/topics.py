"""Topics of a test: hundreds of partitions that nobody needs afterwards would fill the small Kafka of a test run."""

from __future__ import annotations

from aiokafka.admin import AIOKafkaAdminClient

from chassis.settings import Settings
from contracts.topics import TOPICS


async def remove_topics(settings: Settings) -> None:
    """Remove the topics of a deployment, which exist."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([f"{settings.namespace}.{name}" for name in TOPICS])
    finally:
        await admin.close()
