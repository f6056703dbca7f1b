"""A Kafka record as it was received, not yet parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord


@dataclass(frozen=True, slots=True)
class Record:
    """A record of Kafka as it was read. `topic` is without the namespace; a key that is missing or not UTF-8 is kept readable with
    replacement characters."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    @classmethod
    def received(cls, raw: ConsumerRecord, namespace: str) -> Record:
        """Take over a record of Kafka's client."""
        return cls(
            topic=raw.topic.removeprefix(f"{namespace}."),
            partition=raw.partition,
            offset=raw.offset,
            key=(raw.key or b"").decode(errors="replace"),
            value=raw.value,
            headers=tuple(raw.headers),
        )

    @property
    def place(self) -> str:
        """A unique id of the record: topic, partition and offset."""
        return f"{self.topic}:{self.partition}:{self.offset}"

    @property
    def sequence(self) -> int:
        """The sequence number of the event within its aggregate, from the header; 0 where there is none to be read."""
        raw = self._header("ce_sequence")
        return int(raw) if raw.isdigit() else 0

    @property
    def tenant(self) -> str:
        """The tenant in the header, also where the rest can't be read; `-` where there is none."""
        return self._header("ce_tenant").decode(errors="replace") or "-"

    @property
    def traceparent(self) -> str:
        """W3C `traceparent` of the request that caused it; empty where there is none."""
        return self._header("ce_traceparent").decode("latin-1")

    @property
    def ordering_key(self) -> str:
        """Topic and key: records that share them must be handled in order."""
        return f"{self.topic}:{self.key}"

    def _header(self, name: str) -> bytes:
        return next((raw for key, raw in self.headers if key == name and raw is not None), b"")
