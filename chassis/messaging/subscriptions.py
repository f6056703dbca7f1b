"""FastStream subscriptions: how records reach the event processor, and when their offsets are committed.

The library's defaults lose data (acknowledging first, `auto_offset_reset=latest`); these are the settings that do not.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage

from chassis.messaging.connection import security
from chassis.messaging.event_processor import BreakerOpen, EventProcessor
from chassis.messaging.records import Record
from chassis.operations.logs import get_logger
from chassis.operations.metrics import Metrics
from chassis.settings import KafkaSettings
from contracts.envelope import Topic

log = get_logger()

MAX_RECORDS = 2000
SESSION_MS = 6_000
"""After so long without a heartbeat another worker takes over; the least that Kafka's default settings allow."""


def broker_for(
    service: str, settings: KafkaSettings, topics: Iterable[Topic], processor: EventProcessor, pause: float = 0.0
) -> KafkaBroker:
    """A broker with one batch subscriber for the topics. `pause`: seconds after a batch, in which what comes makes up the next one."""
    namespace = settings.namespace
    broker = KafkaBroker(
        settings.kafka_bootstrap,
        security=security(settings),
        client_id=f"{namespace}-{service}",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        apply_types=False,
        logger=None,
        graceful_timeout=20,
        allow_auto_create_topics=False,
    )
    subscriber = broker.subscriber(
        *(f"{namespace}.{topic.name}" for topic in topics),
        batch=True,
        group_id=f"{namespace}.{service}",
        auto_offset_reset="earliest",
        max_records=MAX_RECORDS,
        # Both end with the first record: they only say how often an idle consumer asks again.
        batch_timeout_ms=2_000,
        fetch_max_wait_ms=2_000,
        # How often the fetcher looks whether there is something to ask for, beside what wakes it: new partitions, records that were
        # handled, answers. Each look goes through all partitions.
        consumer_timeout_ms=2_000,
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=SESSION_MS // 3,
        max_poll_interval_ms=300_000,
        partition_assignment_strategy=(StickyPartitionAssignor,),
        no_reply=True,
        title=f"{service}-events",
        description=f"Everything {service} listens to",
    )

    async def parse(message: tuple[ConsumerRecord, ...]) -> KafkaAckableMessage:
        # FastStream's own parser loses a whole batch over one header that is not UTF-8; ours looks at nothing.
        return KafkaAckableMessage(raw_message=message, body=b"", consumer=subscriber.consumer)

    async def decode(message: KafkaAckableMessage) -> tuple[ConsumerRecord, ...]:
        raw: tuple[ConsumerRecord, ...] = message.raw_message
        return raw

    @subscriber(parser=parse, decoder=decode)
    async def handle(batch: tuple[ConsumerRecord, ...]) -> None:
        try:
            await processor.handle([Record.received(raw, namespace) for raw in batch])
            if len(batch) < MAX_RECORDS:
                await asyncio.sleep(pause)
        except BreakerOpen as error:
            log.exception("consumer stopped by its breaker", reason=str(error))
            await asyncio.sleep(30)
            raise

    return broker


async def lag(consumer: AIOKafkaConsumer, namespace: str, metrics: Metrics, in_hand: Mapping[str, int]) -> int:
    """Count the records of the assigned partitions that are not handled yet, and set the gauges by topic.

    `in_hand`: records by topic that were read and are not handled yet.
    """
    totals: Counter[str] = Counter()
    for partition in consumer.assignment():
        topic = partition.topic.removeprefix(f"{namespace}.")
        totals[topic] += await _unread(consumer, partition)
    for topic in totals:
        totals[topic] += in_hand.get(topic, 0)
        metrics.lag.labels(topic).set(totals[topic])
    return totals.total()


async def _unread(consumer: AIOKafkaConsumer, partition: TopicPartition) -> int:
    """The number of records of a partition that the client has not read yet."""
    end: int | None = consumer.highwater(partition)
    if end is None:
        return 0
    position: int = await consumer.position(partition)
    return max(0, end - position)
