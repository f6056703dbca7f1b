"""The stored official list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.documents import difference, from_stored, projection_of, to_stored
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from contracts.envelope import PLATFORM
from contracts.registration import MunicipalityListed
from services.registration.gazetteer.documents import GazetteerEntry

SCOPE = of_document({"tenant": PLATFORM})
BATCH = 1_000
_FIELDS = projection_of(GazetteerEntry)


class GazetteerRepository:
    """All entries, those that ended too."""

    def __init__(self, aggregates: Aggregates) -> None:
        self._all = aggregates

    async def ensure_indexes(self) -> None:
        await self._all.ensure_indexes([IndexModel([("tenant", ASCENDING), ("words", ASCENDING)], name="words")])

    async def get_all(self) -> dict[str, GazetteerEntry]:
        """All entries, by key."""
        documents = await self._all.collection.find(SCOPE.filter(), _FIELDS).to_list(None)
        return {document["_id"]: from_stored(GazetteerEntry, document) for document in documents}

    async def get(self, ags: str) -> GazetteerEntry | None:
        document = await self._all.load(SCOPE, ags, _FIELDS)
        return None if document is None else from_stored(GazetteerEntry, document)

    async def search(self, words: Sequence[str], limit: int) -> list[GazetteerEntry]:
        """Entries that have not ended and in whose name these words stand from the beginning of a word on."""
        beginning = {"$regex": f"^{re.escape(' '.join(words))}"}
        documents = self._all.collection.find(SCOPE.filter(words=beginning, ended=None), _FIELDS)
        return [from_stored(GazetteerEntry, document) for document in await documents.limit(limit).to_list(None)]

    async def add(self, entries: Sequence[GazetteerEntry], now: datetime) -> None:
        """Insert new entries, each with its event."""
        for at in range(0, len(entries), BATCH):
            documents = [
                self._all.new(SCOPE, entry.id, to_stored(entry), [recorded(entry)], now)
                for entry in entries[at : at + BATCH]
            ]
            await self._all.collection.insert_many(documents, ordered=False)
        self._all.wake_relay()

    async def change(self, changed: Iterable[tuple[GazetteerEntry, GazetteerEntry]], now: datetime) -> None:
        """Write changed entries, given as (before, after), each with its event."""
        for before, after in changed:
            sets, unset = difference(before, after)
            await self._all.execute(SCOPE, after.id, _always(Change(sets, unset, [recorded(after)])), now)


def _always(change: Change) -> Callable[[Document], Change]:
    return lambda _: change


def recorded(entry: GazetteerEntry) -> MunicipalityListed:
    """Build the event that tells other services of an entry."""
    fields = {name: getattr(entry, name) for name in MunicipalityListed.model_fields if name not in ("ags", "as_of")}
    return MunicipalityListed.model_validate({"ags": entry.id, "as_of": entry.as_of, **fields})
