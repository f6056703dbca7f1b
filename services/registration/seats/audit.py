"""The audit trail: registration hears its own events, as everybody does, and keeps what they say about seats for good."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.http.problems import not_found
from chassis.messaging.outbox import counter
from chassis.messaging.projection import Handler, Upsert, Write
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from contracts.catalogue import EVENTS
from contracts.envelope import Envelope
from contracts.registration import TOPIC
from services.registration.domain.audit import Entry, Verdict, check, data_of, type_of

CHECKED = 20_000
"""Entries that a page checks; longer trails are checked by `kommune audit`."""


def _kept(envelope: Envelope, event: Any) -> Iterable[Write]:
    yield Upsert(
        "audit",
        f"{envelope.subject}:{envelope.sequence:09d}",
        {
            "gathering": envelope.subject,
            "n": envelope.sequence,
            "at": envelope.time,
            "type": type_of(event),
            "data": data_of(event),
        },
    )


HANDLERS: dict[str, Handler] = {
    name: _kept
    for name in EVENTS
    if name.startswith(("registration.gathering.", "registration.participant.", "registration.support."))
}


class Audit:
    """Reads the trail of a gathering."""

    def __init__(self, database: Database, gatherings: Aggregates) -> None:
        self._entries = database["audit"]
        self._gatherings = gatherings

    async def ensure_indexes(self) -> None:
        by_gathering = [("tenant", ASCENDING), ("gathering", ASCENDING), ("n", ASCENDING)]
        await self._entries.create_indexes([IndexModel(by_gathering, name="gathering")])

    async def page(self, scope: TenantScope, id: str, limit: int, after: int) -> list[dict[str, Any]]:
        """Entries after that number. Raises Problem 404."""
        await self.length(scope, id)
        condition = scope.filter(gathering=id, n={"$gt": after})
        return [_shown(one) for one in await self._entries.find(condition).sort("n", 1).limit(limit).to_list(None)]

    async def length(self, scope: TenantScope, id: str) -> int:
        """How many entries the trail has once all that was decided so far has arrived in it. Raises Problem 404."""
        gathering = await self._gatherings.load(scope, id, {"seq": 1, "published_at": 1})
        if gathering is None or not gathering.get("published_at"):
            raise not_found("gathering")
        decided: int = (gathering.get("seq") or {}).get(counter(TOPIC, id), 0)
        return decided

    async def lines(self, scope: TenantScope, id: str) -> AsyncIterator[bytes]:
        """The whole trail, one JSON object a line, as `kommune audit` takes it."""
        async for one in self._entries.find(scope.filter(gathering=id)).sort("n", 1):
            yield json.dumps({"gathering": id, **_shown(one)}, separators=(",", ":")).encode() + b"\n"

    async def verdict(self, scope: TenantScope, id: str) -> Verdict | None:
        """Whether every decision follows from the rules; None where the trail is too long to be checked at once."""
        found = await self._entries.find(scope.filter(gathering=id)).sort("n", 1).limit(CHECKED + 1).to_list(None)
        return check([entry_of(one) for one in found]) if len(found) <= CHECKED else None


def entry_of(stored: dict[str, Any]) -> Entry:
    """Raises KeyError, ValueError or TypeError where it is none."""
    return Entry(stored["n"], datetime.fromisoformat(stored["at"]), stored["type"], stored["data"])


def _shown(entry: Document) -> dict[str, Any]:
    return {key: entry[key] for key in ("n", "at", "type", "data")}
