"""Erasures, their receipts, and the contacts that may be erased."""

from __future__ import annotations

from datetime import datetime

from pymongo import ASCENDING, IndexModel

from chassis.clock import Clock
from chassis.storage.aggregates import Aggregates, Change, Events, Exists
from chassis.storage.documents import from_stored, projection_of, to_stored
from chassis.storage.erasure_receipts import write_receipt
from chassis.storage.mongo import Collection, Database, Document
from chassis.storage.tenancy import TenantScope
from contracts.registration import ErasureReceipted
from services.registration.erasures.documents import Erasure, ErasureReceipt

RECEIPTS = "receipts"
KNOWN_PEOPLE = "known_people"
_FIELDS = projection_of(Erasure)


class ErasureRepository:
    """The collection of erasures, and that of receipts, which the events of all services fill."""

    def __init__(self, database: Database, aggregates: Aggregates) -> None:
        self._aggregates = aggregates
        self.collection = aggregates.collection
        self._receipts: Collection = database[RECEIPTS]

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [
                IndexModel([("tenant", ASCENDING), ("about", ASCENDING), ("_id", ASCENDING)], name="about"),
                IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="listed"),
            ]
        )
        await self._receipts.create_indexes([IndexModel([("tenant", ASCENDING), ("person", ASCENDING)], name="person")])

    def read(self, stored: Document) -> Erasure:
        """Read a stored erasure; for jobs, which hand on what they found due."""
        return from_stored(Erasure, stored)

    async def receipt(self, erasure: Erasure, event: ErasureReceipted, clock: Clock) -> None:
        """Publish registration's own receipt, once, and once more an hour later (`chassis.storage.erasure_receipts`)."""
        await write_receipt(self._aggregates, to_stored(erasure), event, clock)

    async def add(self, scope: TenantScope, erasure: Erasure, events: Events, now: datetime) -> bool:
        """Store an erasure, due at once, unless it is there already; whether it was new."""
        fields = {name: value for name, value in to_stored(erasure).items() if name not in ("_id", "tenant")}
        try:
            await self._aggregates.create(scope, erasure.id, fields | {"due_at": now}, events, now)
        except Exists:
            return False
        return True

    async def get(self, scope: TenantScope, id: str) -> Erasure | None:
        document = await self._aggregates.load(scope, id, _FIELDS)
        return None if document is None else from_stored(Erasure, document)

    async def list_page(self, scope: TenantScope, limit: int, after: str | None) -> list[Erasure]:
        """A page of erasures, by id."""
        condition = scope.filter(**({"_id": {"$gt": after}} if after else {}))
        documents = await self.collection.find(condition, _FIELDS).sort("_id", 1).limit(limit).to_list(None)
        return [from_stored(Erasure, document) for document in documents]

    async def list_about(self, scope: TenantScope, belongs_to: str) -> list[Erasure]:
        """Erasures of a gathering or a municipality, in the order in which they were asked for."""
        documents = self.collection.find(scope.filter(about=belongs_to), _FIELDS).sort("asked_at", 1)
        return [from_stored(Erasure, document) for document in await documents.to_list(None)]

    async def waiting(self, scope: TenantScope, waits_for: str) -> list[str]:
        """Ids of erasures that wait for something."""
        documents = await self.collection.find(scope.filter(waits_for=waits_for), {"_id": 1}).to_list(None)
        return [document["_id"] for document in documents]

    async def wait(self, scope: TenantScope, id: str, waits_for: str, until: datetime, now: datetime) -> None:
        """Let an erasure wait for something; it is due again at that time."""
        change = Change({"waits_for": waits_for, "due_at": until})
        await self._aggregates.execute(scope, id, lambda _: change, now)

    async def wake(self, scope: TenantScope, id: str, now: datetime) -> None:
        """Make an erasure due at once."""
        await self._aggregates.execute(scope, id, lambda _: Change({"due_at": now}), now)

    async def resume(self, scope: TenantScope, id: str, events: Events, now: datetime) -> None:
        """Continue an erasure that waited, and publish its events once."""
        begun = Change(unset=["waits_for"], events=events)
        await self._aggregates.execute(scope, id, lambda current: begun if current.get("waits_for") else None, now)

    async def receipts(self, scope: TenantScope, subject: str) -> list[ErasureReceipt]:
        """The receipts of the services so far."""
        documents = await self._receipts.find(scope.filter(person=subject), projection_of(ErasureReceipt)).to_list(None)
        return [from_stored(ErasureReceipt, document) for document in documents]


class KnownPeople:
    """Contact ids by tenant, see `services.registration.erasures.event_handlers`."""

    def __init__(self, database: Database) -> None:
        self._rows: Collection = database[KNOWN_PEOPLE]

    async def is_known(self, scope: TenantScope, contact_id: str) -> bool:
        """Whether an event of this tenant made a contact of this id."""
        row = known_person_id(scope.tenant, contact_id)
        return await self._rows.find_one(scope.filter(_id=row), {"_id": 1}) is not None


def known_person_id(tenant: str, contact_id: str) -> str:
    return f"{tenant}:{contact_id}"
