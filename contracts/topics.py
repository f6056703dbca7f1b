"""The topic registry: every topic there is, who writes it, who reads it, and how Kafka keeps it.

`kommune topics apply` creates them; nothing else does (brokers refuse auto-creation).
"""

from __future__ import annotations

from dataclasses import dataclass

PLATFORM = "-"
"""Stands for the tenant where something concerns the whole platform."""

DAY_MS = 24 * 60 * 60 * 1000

HEARTBEAT_TYPE = "platform.heartbeat.v1"
"""A record without a value that the producers of a compacted topic write into each partition now and then. It says nothing and
consumers ignore it: Kafka closes a segment only when another record comes, and compacts only closed ones, so without it an
erased person would stay in the raw files of a partition that nobody else writes to."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `retention_ms` −1 keeps for ever. `ordered`: sequences of an aggregate have no gaps (else: only rise)."""

    name: str
    key: str
    producers: frozenset[str]
    consumers: frozenset[str]
    personal_data: bool = False
    compacted: bool = False
    partitions: int = 24
    retention_ms: int = -1

    @property
    def ordered(self) -> bool:
        """Whether a consumer may insist on gap-free sequences per aggregate."""
        return not self.compacted

    def config(self, replicas: int) -> dict[str, str]:
        """Kafka topic settings for a cluster with so many replicas."""
        config = {
            "min.insync.replicas": str(max(1, replicas - 1)),
            "retention.ms": str(self.retention_ms),
            "cleanup.policy": "compact" if self.compacted else "delete",
        }
        if self.compacted:
            # An erased person must be gone from the raw files soon: segments roll daily, tombstones are kept a week
            # for consumers that were away.
            config |= {
                "segment.ms": str(DAY_MS),
                "min.cleanable.dirty.ratio": "0.01",
                "max.compaction.lag.ms": str(DAY_MS),
                "delete.retention.ms": str(7 * DAY_MS),
            }
        return config


ALL = frozenset({"registration", "selfcheck", "notifications", "reporting"})

TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic("registration.v1", "aggregate id", frozenset({"registration"}), ALL),
        Topic(
            "contacts.v1",
            "contact id",
            frozenset({"registration", "selfcheck"}),
            frozenset({"notifications"}),
            personal_data=True,
            compacted=True,
        ),
        Topic(
            "selfcheck.v1",
            "aggregate id",
            frozenset({"selfcheck"}),
            frozenset({"notifications", "reporting", "registration"}),
        ),
        Topic(
            "notifications.v1", "aggregate id", frozenset({"notifications"}), frozenset({"registration", "reporting"})
        ),
        Topic("reporting.v1", "aggregate id", frozenset({"reporting"}), frozenset({"registration", "notifications"})),
    )
}


def beaten_by(service: str) -> list[Topic]:
    """The compacted topics whose partitions a service keeps moving with heartbeats."""
    return [topic for topic in TOPICS.values() if topic.compacted and service in topic.producers]


def consumed_by(service: str) -> list[Topic]:
    """The topics a service reads."""
    return [topic for topic in TOPICS.values() if service in topic.consumers]
