"""The grammar of the published language: events, their envelope, topics.

CloudEvents 1.0 in Kafka binary mode: attributes are `ce_*` record headers, the value is the JSON data.

Source: CloudEvents specification 1.0.2 and its Kafka protocol binding §3.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

TYPE_PREFIX = "de.weltoffene-kommune."
_REQUIRED = ("ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_tenant", "ce_sequence")

PLATFORM = "-"
"""Stands for the tenant where something concerns the whole platform."""

DAY_MS = 24 * 60 * 60 * 1000

HEARTBEAT_TYPE = "platform.heartbeat.v1"
"""A record without a value that the producers of a compacted topic write into each partition now and then. It says nothing and
consumers ignore it: Kafka closes a segment only when another record comes, and compacts only closed ones, so without it an
erased person would stay in the raw files of a partition that nobody else writes to."""


class Model(BaseModel):
    """Base of everything in the published language: immutable; unknown fields are ignored, so that fields can be added."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Event(Model):
    """A fact another service may build on.

    `event_type` is `<service>.<subject>.<action>.v<n>`; `topic` is a name of `contracts.topics`.
    """

    event_type: ClassVar[str]
    topic: ClassVar[str]


class MalformedRecord(ValueError):
    """A record that is no CloudEvent of ours; the message names the header at fault, never its value."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One record of a topic. `data` is the JSON value as sent, or None for a tombstone; `type` is without the prefix."""

    id: str
    type: str
    source: str
    time: str
    subject: str
    tenant: str
    sequence: int
    data: bytes | None
    traceparent: str | None = None

    @property
    def occurred_at(self) -> datetime:
        """When it happened, timezone-aware."""
        return datetime.fromisoformat(self.time)

    def headers(self) -> list[tuple[str, bytes]]:
        """Kafka record headers."""
        headers = [
            ("content-type", b"application/json"),
            ("ce_specversion", b"1.0"),
            ("ce_id", self.id.encode()),
            ("ce_source", self.source.encode()),
            ("ce_type", (TYPE_PREFIX + self.type).encode()),
            ("ce_time", self.time.encode()),
            ("ce_subject", self.subject.encode()),
            ("ce_tenant", self.tenant.encode()),
            ("ce_sequence", str(self.sequence).encode()),
        ]
        if self.traceparent:
            headers.append(("ce_traceparent", self.traceparent.encode()))
        return headers

    @classmethod
    def from_record(cls, value: bytes | None, headers: Iterable[tuple[str, bytes | None]]) -> Envelope:
        """Read a record.

        Raises:
            MalformedRecord: a required header is missing or unreadable.
        """
        found: dict[str, str] = {}
        name = ""
        try:
            for name, raw in headers:
                if raw is not None:
                    found[name] = raw.decode()
        except UnicodeDecodeError:
            raise MalformedRecord(f"header {name[:40]!r} is not UTF-8") from None
        missing = [name for name in _REQUIRED if not found.get(name)]
        if missing:
            raise MalformedRecord(f"header {missing[0]} is missing")
        if not found["ce_type"].startswith(TYPE_PREFIX):
            raise MalformedRecord(f"ce_type does not start with {TYPE_PREFIX}")
        sequence = found["ce_sequence"]
        if not (sequence.isascii() and sequence.isdigit() and int(sequence) > 0):
            raise MalformedRecord("ce_sequence is not a positive whole number")
        return cls(
            id=found["ce_id"],
            type=found["ce_type"][len(TYPE_PREFIX) :],
            source=found["ce_source"],
            time=found["ce_time"],
            subject=found["ce_subject"],
            tenant=found["ce_tenant"],
            sequence=int(sequence),
            data=value or None,
            traceparent=found.get("ce_traceparent"),
        )


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
