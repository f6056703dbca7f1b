"""Counts the messages that a municipality sends in a day, and how many of them as text messages, which cost money each: over the
limit, what nobody waits for this minute goes out the next day.

Counted in memory and written together every few seconds: a limit against a mistake or a break-in, not a bill; workers may go over it
by what they send in these seconds.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Literal
from zlib import crc32

from pymongo import ASCENDING, IndexModel, UpdateOne

from chassis.storage.mongo import QUICK, Database
from services.notifications.domain.german_time import BERLIN

KEPT = timedelta(days=3)
Counted = Literal["sent", "texts"]
"""All messages, and text messages."""


class DayLimits:
    """Counts and limits the messages of each municipality in a day (German time). `most`: of all messages; `texts`: of text messages."""

    def __init__(self, database: Database, most: int, texts: int) -> None:
        self._days = database["sent_a_day"]
        self.most: dict[Counted, int] = {"sent": most, "texts": texts}
        self.uncommitted: Counter[tuple[str, str, Counted]] = Counter()
        self._full: frozenset[tuple[str, str, Counted]] = frozenset()

    async def ensure_indexes(self) -> None:
        kept = int(KEPT.total_seconds())
        by = [("tenant", ASCENDING), ("day", ASCENDING)]
        full = IndexModel([("day", ASCENDING), ("sent", ASCENDING)], name="full")
        texts = IndexModel([("day", ASCENDING), ("texts", ASCENDING)], name="texts")
        await self._days.create_indexes(
            [
                IndexModel(by, name="day"),
                full,
                texts,
                IndexModel([("at", ASCENDING)], name="kept", expireAfterSeconds=kept),
            ]
        )

    def count(self, tenant: str, now: datetime, *, text: bool = False) -> None:
        """Count a message that was sent."""
        self.uncommitted[tenant, _day(now), "sent"] += 1
        if text:
            self.uncommitted[tenant, _day(now), "texts"] += 1

    def opens_at(self, tenant: str, now: datetime, counted: Counted = "sent") -> datetime | None:
        """When the municipality may send again, or None where it may now. Spread over an hour, so that not all begin at midnight."""
        if (tenant, _day(now), counted) not in self._full:
            return None
        midnight = now.astimezone(BERLIN).replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=1)
        return midnight.astimezone(now.tzinfo) + timedelta(seconds=crc32(tenant.encode()) % 3600)

    async def refresh(self, now: datetime) -> None:
        """Store the counts, and read which municipalities have reached a limit."""
        fresh, self.uncommitted = self.uncommitted, Counter()
        # Asked for by `_id` alone: where two workers make it at the same moment, MongoDB then takes the second one for an update by itself.
        counts = [
            UpdateOne(
                {"_id": f"{tenant}:{day}"},
                {"$inc": {counted: count}, "$set": {"day": day, "at": now}, "$setOnInsert": {"tenant": tenant}},
                upsert=True,
            )
            for (tenant, day, counted), count in fresh.items()
        ]
        if counts:
            await self._days.with_options(write_concern=QUICK).bulk_write(counts, ordered=False)
        today, full = _day(now), set()
        for counted, most in self.most.items():
            documents = await self._days.find({"day": today, counted: {"$gte": most}}, {"tenant": 1}).to_list(None)
            full |= {(one["tenant"], today, counted) for one in documents}
        self._full = frozenset(full)


def _day(now: datetime) -> str:
    return now.astimezone(BERLIN).date().isoformat()
