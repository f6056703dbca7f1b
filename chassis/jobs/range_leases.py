"""Work shared out between the workers of a service: ranges of keys, each held by at most one worker at a time.

One document names the workers with the time until which each is alive, and the holder of each range. A heartbeat is one operation,
however many ranges are held. A worker that falls silent loses its ranges soon after; one that starts gets its share as the others
let go of ranges in which they have nothing on its way.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.jobs.lease import keep_held
from chassis.storage import mongo
from chassis.storage.mongo import Document, DuplicateKeyError

RANGES = 64
DURATION = timedelta(seconds=5)
"""How long a worker counts as alive after its last heartbeat."""
TRUSTED = 4.0
"""Seconds for which it trusts in that itself: clocks of machines differ a little."""
BEAT = 1.5
"""Seconds between heartbeats."""


def range_of(key: str) -> int:
    """The range that a key falls into; the same in all processes and versions."""
    return zlib.crc32(key.encode()) % RANGES


@dataclass(frozen=True)
class Division:
    """How the ranges are divided. `members`: until when each worker counts as alive; `holders`: the worker of each range."""

    members: Mapping[str, datetime]
    holders: Mapping[int, str]

    def held_by(self, worker: str) -> frozenset[int]:
        """The ranges that a worker holds."""
        return frozenset(number for number, holder in self.holders.items() if holder == worker)


@dataclass(frozen=True)
class LeaseChange:
    """The ranges that a worker takes, or lets go of, to get to its share."""

    take: frozenset[int] = frozenset()
    let_go: frozenset[int] = frozenset()


def plan_change(division: Division, worker: str, now: datetime, ranges: int = RANGES) -> LeaseChange:
    """Decide what a worker changes: it takes free ranges up to its share, or lets go of those above it."""
    alive = {member for member, until in division.members.items() if until >= now} | {worker}
    share = -(-ranges // len(alive))
    mine = sorted(division.held_by(worker))
    if len(mine) > share:
        return LeaseChange(let_go=frozenset(mine[share:]))
    free = [number for number in range(ranges) if division.holders.get(number) not in alive]
    return LeaseChange(take=frozenset(free[: share - len(mine)]))


class RangeLeases:
    """One worker's ranges of a kind of work. Uses the machine's own clock, as `chassis.jobs.lease` does."""

    def __init__(self, collection: mongo.Collection, name: str) -> None:
        self._collection = collection
        self._name = name
        self._owner = new_id()
        self._held: frozenset[int] = frozenset()
        self._leaving: frozenset[int] = frozenset()
        self._valid_until = 0.0
        self._beaten_at = 0.0
        self.on_gained: Callable[[], None] = lambda: None
        """Called when ranges were gained: something may be due there that nobody reports."""
        self.in_use: Callable[[], Collection[int]] = tuple
        """Ranges in which something is on its way: they are let go of afterwards."""

    @property
    def open(self) -> frozenset[int]:
        """Ranges in which work may be begun."""
        return self._held - self._leaving if time.monotonic() < self._valid_until else frozenset()

    def holds(self, number: int) -> bool:
        """Whether a range is ours at this moment: asked before the last step of a piece of work. Asks only our own clock: nobody
        else takes it before the time that our last heartbeat promised."""
        return number in self._held and time.monotonic() < self._valid_until

    async def hold(self) -> bool:
        """Whether this worker has open ranges; sends a heartbeat first, if it is time for one."""
        if time.monotonic() - self._beaten_at >= BEAT:
            await self.beat()
        return bool(self.open)

    async def keep(self) -> None:
        """Send heartbeats until cancelled."""
        await keep_held(self.hold, self._name, BEAT, BEAT)

    async def beat(self) -> None:
        """Send a heartbeat, and take or let go of ranges on the way to our share."""
        beaten_at = time.monotonic()
        self._beaten_at = beaten_at
        now = SystemClock().now()
        alive = {"$set": {f"members.{self._owner}": now + DURATION}, "$setOnInsert": {"holders": {}}}
        try:
            stored = await self._collection.find_one_and_update(
                {"_id": self._name}, alive, upsert=True, return_document=True
            )
        except DuplicateKeyError:  # another worker made it at this moment
            stored = await self._collection.find_one_and_update({"_id": self._name}, alive, return_document=True)
        assert stored is not None
        division = _division(stored)
        self._set_held(division.held_by(self._owner), beaten_at)
        change = plan_change(division, self._owner, now)
        self._leaving = change.let_go
        ready = change.let_go - set(self.in_use())
        if change.take or ready:
            await self._write_change(division, change.take, ready, now, beaten_at)

    async def release(self) -> None:
        """Let go of everything, so that others need not wait."""
        self._valid_until = 0.0
        # A range whose holder is no member is free: whichever we held, also by a write that was cut off, needs no naming.
        await self._collection.update_one({"_id": self._name}, {"$unset": {f"members.{self._owner}": ""}})
        self._held = self._leaving = frozenset()

    async def _write_change(
        self, division: Division, take: frozenset[int], let_go: frozenset[int], now: datetime, beaten_at: float
    ) -> None:
        """Write a change of ranges, unless one of the ranges changed hands or a holder that seemed dead came back meanwhile."""
        unchanged: Document = {"_id": self._name}
        for number in take | let_go:
            unchanged[f"holders.{number}"] = division.holders.get(number)  # None matches what is not there
        dead = {worker: until for worker, until in division.members.items() if until < now}
        still_holding = {holder for number, holder in division.holders.items() if number not in take}
        for worker in {division.holders[number] for number in take if number in division.holders} | (
            set(dead) - still_holding
        ):
            unchanged[f"members.{worker}"] = dead.get(worker)
        silent = set(dead) - still_holding
        update: Document = {
            "$set": {f"holders.{number}": self._owner for number in take},
            "$unset": {f"holders.{number}": "" for number in let_go} | {f"members.{worker}": "" for worker in silent},
        }
        update = {operator: fields for operator, fields in update.items() if fields}
        result = await self._collection.update_one(unchanged, update)
        if result.matched_count:
            self._set_held((self._held | take) - let_go, beaten_at)
            self._leaving -= let_go

    def _set_held(self, held: frozenset[int], since: float) -> None:
        gained = held - self._held
        self._held, self._valid_until = held, since + TRUSTED
        if gained:
            self.on_gained()


def _division(stored: Document) -> Division:
    return Division(stored.get("members") or {}, {int(key): one for key, one in (stored.get("holders") or {}).items()})
