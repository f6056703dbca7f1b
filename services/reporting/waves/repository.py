"""Benchmark waves, who takes part in them, and the figures given to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, DESCENDING, IndexModel, ReplaceOne

from chassis.http.problems import busy
from chassis.storage.aggregates import MAX_ATTEMPTS, Aggregates, Change, Conflict, Events
from chassis.storage.documents import from_stored, projection_of, to_stored
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Database, Document
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope, of_platform
from services.reporting.domain.wave import Group, Rule, Status
from services.reporting.waves.documents import Consent, Wave, WaveFigures
from services.reporting.waves.words_staff import CONTENDED

MOST_WAVES = 200
MOST_NAMED = 200
WAVE_FIGURES = "wave_figures"
_NOT_REMOVED: Document = {"removed_at": None}


class Joined(msgspec.Struct, frozen=True):
    """A wave with all who take part, as it stood; `stored` is what a change is written onto."""

    wave: Wave
    consents: Mapping[str, Consent]
    stored: Document


class WaveRepository(Repository[Wave]):
    """Waves belong to the platform; who takes part is a part of the wave's document, so that consent and freezing can't cross."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(Wave, aggregates)
        self.collection = aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [IndexModel([("tenant", ASCENDING), ("opens_at", DESCENDING)], name="newest")]
        )

    async def list_all(self, *statuses: Status) -> list[Wave]:
        """The newest first, without their figures; of these states, or all."""
        # A state that is the default is not stored.
        stored_statuses: list[Any] = [None if status == "open" else status for status in statuses]
        condition = {"status": {"$in": stored_statuses}, **_NOT_REMOVED} if stored_statuses else _NOT_REMOVED
        brief = {name: 1 for name in self._fields if name not in ("figures", "certificate")}
        cursor = self._aggregates.collection.find(of_platform().filter(**condition), brief).sort("opens_at", -1)
        return [from_stored(Wave, stored) for stored in await cursor.limit(MOST_WAVES).to_list(None)]

    async def list_published(self) -> list[Wave]:
        """Published waves with their figures."""
        return await self._find(of_platform().filter(status="published"), [("opens_at", -1)], MOST_WAVES)

    async def get_titles(self, ids: Collection[str]) -> dict[str, dict[str, str]]:
        """Titles of waves that are published, by id."""
        condition = of_platform().filter(_id={"$in": list(ids)}, status="published")
        rows = await self._aggregates.collection.find(condition, {"title": 1}).to_list(None)
        return {row["_id"]: row["title"] for row in rows}

    async def get_wave(self, id: str) -> Wave | None:
        stored = await self._load(id, self._fields)
        return None if stored is None else from_stored(Wave, stored)

    async def get_joined(self, id: str) -> Joined | None:
        """A wave with all who take part."""
        stored = await self._load(id)
        return None if stored is None else Joined(from_stored(Wave, stored), _consents(stored), stored)

    async def count_taking_part(self, id: str) -> int:
        """How many; none where there is no such wave."""
        counted = {"$size": {"$objectToArray": {"$ifNull": ["$joined", {}]}}}
        stored = await self._load(id, {"joined": counted})
        return 0 if stored is None else int(stored["joined"])

    async def list_consents(self, scope: TenantScope) -> dict[str, Consent]:
        """Consents of one municipality, by wave, the newest wave first."""
        place = f"joined.{scope.tenant}"
        cursor = self._aggregates.collection.find(of_platform().filter(**{place: {"$exists": True}}), {place: 1})
        rows = await cursor.sort("opens_at", -1).limit(MOST_WAVES).to_list(None)
        return {row["_id"]: _consents(row)[scope.tenant] for row in rows}

    async def set_consent(
        self,
        scope: TenantScope,
        id: str,
        consent: Consent | None,
        check: Callable[[Wave], None],
        events: Events,
        now: datetime,
    ) -> bool:
        """Give consent, or take it back (None); `check` refuses. Whether there is such a wave.

        The write holds only for the version that was read: a wave frozen meanwhile refuses it, and a freezing that read the
        consent before is not written.
        """
        place = f"joined.{scope.tenant}"
        projection = {**self._fields, "version": 1, "seq": 1, "outbox": 1, place: 1}
        for attempt in range(MAX_ATTEMPTS):
            stored = await self._load(id, projection)
            if stored is None:
                return False
            check(from_stored(Wave, stored))
            before = _consents(stored).get(scope.tenant)
            if _is_same_choice(before, consent):
                return True
            value = None if consent is None else msgspec.to_builtins(consent, builtin_types=(datetime,))
            change = Change({} if value is None else {place: value}, [place] if value is None else (), events)
            try:
                await self._aggregates.commit(of_platform(), stored, change, now)
            except Conflict:
                await asyncio.sleep(min(0.002 * attempt, 0.05))
                continue
            return True
        raise busy(CONTENDED)

    async def _load(self, id: str, projection: Any = None) -> Document | None:
        """The stored wave; None also where it was removed."""
        return await self._aggregates.collection.find_one(of_platform().filter(_id=id, **_NOT_REMOVED), projection)

    async def write(
        self,
        before: Joined,
        changes: Document,
        unset: Sequence[str],
        events: Events,
        now: datetime,
        key: IdempotencyKey | None = None,
        answer: Any = None,
    ) -> None:
        """Change a wave that did not change since it was read.

        Raises:
            Conflict: it did.
        """
        await self._aggregates.commit(of_platform(), before.stored, Change(changes, unset, events, answer), now, key)


class WaveFiguresRepository:
    """Figures that were given to waves: a document for each municipality and wave, which goes with the municipality."""

    def __init__(self, database: Database) -> None:
        self._rows = database[WAVE_FIGURES]
        self._tenants = database["tenants"]

    async def ensure_indexes(self) -> None:
        await self._rows.create_indexes(
            [
                IndexModel([("tenant", ASCENDING), ("wave", ASCENDING)], name="tenant"),
                IndexModel([("wave", ASCENDING), ("named", ASCENDING)], name="wave"),
            ]
        )

    async def upsert_many(self, wave_figures: Sequence[WaveFigures]) -> None:
        """Write them, each under its attempt."""
        for start in range(0, len(wave_figures), 1_000):
            batch = wave_figures[start : start + 1_000]
            await self._rows.bulk_write([ReplaceOne({"_id": one.id}, to_stored(one), upsert=True) for one in batch])

    async def delete_other_attempts(self, wave: str, attempt: int) -> None:
        """Delete the figures of attempts at freezing that failed."""
        await self._rows.delete_many({"wave": wave, "attempt": {"$ne": attempt}})

    async def list_of_wave(self, wave: Wave) -> list[WaveFigures]:
        rows = await self._rows.find({"wave": wave.id, "attempt": wave.attempt}, projection_of(WaveFigures)).to_list(
            None
        )
        return [from_stored(WaveFigures, row) for row in rows]

    async def get_own(self, scope: TenantScope, wave: Wave) -> WaveFigures | None:
        row = await self._rows.find_one(scope.filter(wave=wave.id, attempt=wave.attempt), projection_of(WaveFigures))
        return None if row is None else from_stored(WaveFigures, row)

    async def list_named(self, wave: Wave, group: Group) -> list[WaveFigures]:
        """Figures of those in the group who compare themselves by name; only for one of them."""
        condition = {
            "wave": wave.id,
            "named": True,
            "attempt": wave.attempt,
            "$or": list(map(_condition_of, group.rules)),
        }
        rows = await self._rows.find(condition, projection_of(WaveFigures)).limit(MOST_NAMED).to_list(None)
        return [from_stored(WaveFigures, row) for row in rows]

    async def get_tenants(self, slugs: Sequence[str]) -> dict[str, tuple[int, str, str]]:
        """Inhabitants, kind and state of municipalities that still take part in the programme, by slug."""
        tenants: dict[str, tuple[int, str, str]] = {}
        for start in range(0, len(slugs), 1_000):
            condition = {
                "_id": {"$in": list(slugs[start : start + 1_000])},
                "status": {"$in": ["admitted", "suspended"]},
            }
            rows = await self._tenants.find(condition, {"inhabitants": 1, "kind": 1, "state": 1}).to_list(None)
            tenants |= {row["_id"]: (row["inhabitants"], row["kind"], row["state"]) for row in rows}
        return tenants


def _condition_of(rule: Rule) -> Document:
    """Whose figures a rule holds for, as a condition: `belongs` for MongoDB."""
    condition: Document = {}
    for name, span in (("population", rule.population), ("density", rule.density)):
        if span is not None:
            bounds = {"$gte": span.low, "$lt": span.high}
            set_bounds = {bound: value for bound, value in bounds.items() if value is not None}
            condition[f"facts.{name}"] = set_bounds or {"$ne": None}
    condition |= {
        f"facts.{name}": value for name, value in (("kind", rule.kind), ("state", rule.state)) if value is not None
    }
    return condition


def _consents(stored: Document) -> dict[str, Consent]:
    return {
        slug: msgspec.convert(value, Consent, builtin_types=(datetime,))
        for slug, value in (stored.get("joined") or {}).items()
    }


def _is_same_choice(before: Consent | None, after: Consent | None) -> bool:
    if before is None or after is None:
        return before is after
    return (before.assessment, before.named) == (after.assessment, after.named)
