"""Reading and checking the audit trail of a gathering's seats."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from chassis.clock import rfc3339
from chassis.http.problems import not_found
from chassis.storage.tenancy import TenantScope
from services.registration.audit.repository import AuditRepository
from services.registration.domain.audit import Verdict, check
from services.registration.domain.audit_entries import Entry
from services.registration.gatherings.repository import GatheringRepository

CHECKED = 20_000
"""Entries that a page checks; longer trails are checked by `kommune audit`."""


class AuditTrail:
    """Reads the audit trail of a gathering: every decision about its seats, in order."""

    def __init__(self, entries: AuditRepository, gatherings: GatheringRepository) -> None:
        self._entries = entries
        self._gatherings = gatherings

    async def page(self, scope: TenantScope, id: str, limit: int, after: int) -> list[Entry]:
        """Entries after that number. Raises Problem 404."""
        await self.length(scope, id)
        return await self._entries.entries(scope, id, after, limit)

    async def length(self, scope: TenantScope, id: str) -> int:
        """How many entries the trail has once all that was decided so far has arrived in it. Raises Problem 404."""
        decided = await self._gatherings.events_decided(scope, id)
        if decided is None:
            raise not_found("gathering")
        return decided

    async def lines(self, scope: TenantScope, id: str) -> AsyncIterator[bytes]:
        """Stream the whole trail, one JSON object a line, as `kommune audit` takes it."""
        async for entry in self._entries.iterate(scope, id):
            yield json.dumps({"gathering": id, **as_json(entry)}, separators=(",", ":")).encode() + b"\n"

    async def verdict(self, scope: TenantScope, id: str) -> Verdict | None:
        """Whether every decision follows from the rules; None where the trail is too long to be checked at once."""
        entries = await self._entries.entries(scope, id, 0, CHECKED + 1)
        return await asyncio.to_thread(check, entries) if len(entries) <= CHECKED else None


def as_json(entry: Entry) -> dict[str, Any]:
    """An entry as JSON has it."""
    return {"n": entry.n, "at": rfc3339(entry.at), "type": entry.type, "data": dict(entry.data)}
